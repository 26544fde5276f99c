package page

import (
	"embed"
	"fmt"
	"html/template"
	"sync"

	"flagrante/draft"
)

//go:embed html/*.html
var pageFiles embed.FS

// templates are the parsed pages. Each is parsed when it is first asked for: all of them, in
// each language, are a quarter of the start of the program and of its memory.
type templates struct {
	funcs func(draft.Lang) template.FuncMap

	mu      sync.Mutex
	layouts map[draft.Lang]*template.Template
	parsed  map[pageOf]*template.Template
}

// pageOf is a page in a language.
type pageOf struct {
	lang draft.Lang
	name string
}

func newTemplates(funcs func(draft.Lang) template.FuncMap) *templates {
	return &templates{funcs: funcs, layouts: map[draft.Lang]*template.Template{}, parsed: map[pageOf]*template.Template{}}
}

// of returns a page, ready to execute.
func (p *templates) of(lang draft.Lang, name string) (*template.Template, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := pageOf{lang, name}
	if t := p.parsed[key]; t != nil {
		return t, nil
	}
	layout, err := p.layout(lang)
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	t, err := layout.Clone()
	if err == nil {
		t, err = t.ParseFS(pageFiles, "html/"+name+".html")
	}
	if err != nil {
		return nil, fmt.Errorf("parse the page %s: %w", name, err)
	}
	p.parsed[key] = t
	return t, nil
}

// layout returns what all pages of a language share. It is never executed itself, since it
// could not be cloned then.
func (p *templates) layout(lang draft.Lang) (*template.Template, error) {
	if t := p.layouts[lang]; t != nil {
		return t, nil
	}
	t, err := template.New("layout.html").Funcs(p.funcs(lang)).ParseFS(pageFiles, "html/layout.html", "html/parts.html", "html/trouble.html", "html/evidence.html", "html/attachments.html", "html/timeline.html", "html/related.html", "html/remarks.html", "html/edit.html", "html/mask.html")
	if err != nil {
		return nil, err
	}
	p.layouts[lang] = t
	return t, nil
}
