//go:build e2e

package desk

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/desk/service"
)

// picture makes a file of an orange picture in the page, as a print is.
const picture = `const canvas = document.createElement("canvas"); canvas.width = 400; canvas.height = 300;
	const paint = canvas.getContext("2d"); paint.fillStyle = "#ff8800"; paint.fillRect(0, 0, 400, 300);
	const file = await new Promise((done) => canvas.toBlob((blob) => done(new File([blob], NAME, {type: blob.type})), TYPE));
	const carried = new DataTransfer(); carried.items.add(file);`

// brings runs a script that has the picture, in a function that waits.
func brings(t *testing.T, ctx context.Context, name, mediaType, script string) {
	t.Helper()
	get(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(async () => { const NAME = %q, TYPE = %q; %s %s; return true; })()`, name, mediaType, picture, script), chromedp.EvalAwaitPromise))
}

// tiles waits until so many attachments are shown.
func tiles(t *testing.T, ctx context.Context, count int) {
	t.Helper()
	comes(t, ctx, fmt.Sprintf(`document.querySelectorAll(".tile").length === %d && document.querySelector("[data-said]").textContent === ""`, count))
}

// choose gives a file to the field for files, as the window of the browser does.
func choose(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	root, err := chromedp.Call(ctx, dom.GetDocument, dom.GetDocumentParams{})
	if err != nil {
		t.Fatal(err)
	}
	field, err := chromedp.Call(ctx, dom.QuerySelector, dom.QuerySelectorParams{NodeID: root.Root.NodeID, Selector: "#files"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, NodeID: field.NodeID}); err != nil {
		t.Fatal(err)
	}
}

// drag draws with the mouse from one place of an element to another, in parts of its size.
func drag(t *testing.T, ctx context.Context, css string, from, to float64) {
	t.Helper()
	frame := get(t, ctx, chromedp.Evaluate[[]float64](`(({left, top, width, height}) => [left, top, width, height])(document.querySelector("`+css+`").getBoundingClientRect())`))
	for _, step := range []struct {
		kind input.DispatchMouseEventType
		at   float64
	}{{input.DispatchMouseEventTypeMousePressed, from}, {input.DispatchMouseEventTypeMouseMoved, to}, {input.DispatchMouseEventTypeMouseReleased, to}} {
		_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: step.kind, X: frame[0] + frame[2]*step.at, Y: frame[1] + frame[3]*step.at, Button: input.MouseButtonLeft, ClickCount: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestReviewEditAttachExport(t *testing.T) {
	portal := &memory{outcome: draft.Receipt{Ticket: "4712"}}
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)}, func(o *service.Options) { o.Exporter = portal })
	ctx, said := s.enter(t, "/drafts/d-aaaaaaaaaa?lang=en", "[data-autosave]")

	// A jump from the checklist leads to the field; the change is kept over a reload.
	do(t, ctx, press(`#checklist a[href="#edit-device"]`))
	comes(t, ctx, `document.activeElement.id === "edit-device"`)
	keys(t, ctx, "Moto G")
	writes(t, ctx, "#edit-title", "Pix parado")
	comes(t, ctx, `document.querySelector("[data-saved]").textContent.startsWith("Saved") && document.querySelector(".ticket h1").textContent === "Pix parado"`)
	do(t, ctx, chromedp.Reload(), shown("[data-autosave]"))
	comes(t, ctx, awake+` && document.querySelector("#edit-title").value === "Pix parado" && document.querySelector("#edit-device").value === "Moto G"`)

	// Pasted, dropped, chosen. A picture that the desk does not know becomes one that it does.
	brings(t, ctx, "pasted.png", "image/png", `document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}))`)
	tiles(t, ctx, 1)
	brings(t, ctx, "dropped.webp", "image/webp", `document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}))`)
	tiles(t, ctx, 2)
	chosen := filepath.Join(t.TempDir(), "log do app.txt")
	if err := os.WriteFile(chosen, []byte("erro 503 no Pix"), 0o600); err != nil {
		t.Fatal(err)
	}
	choose(t, ctx, chosen)
	tiles(t, ctx, 3)
	// What only says that it is a picture is refused, in words.
	brings(t, ctx, "print.png", "image/png", `const lie = new DataTransfer(); lie.items.add(new File([new Uint8Array([77, 90, 144, 0, 3, 0, 0, 0, 255, 254])], "print.png", {type: "image/png"}));
		document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: lie, bubbles: true, cancelable: true}))`)
	comes(t, ctx, `document.querySelector("[data-said]").textContent.length > 20 && document.querySelectorAll(".tile").length === 3`)

	// A part of the picture is covered, and the picture without the box is gone.
	do(t, ctx, press(`[data-cover]`))
	comes(t, ctx, `document.querySelector("[data-editor]").open && document.querySelector("[data-editor] canvas").width === 400`)
	drag(t, ctx, "[data-editor] canvas", .25, .75)
	do(t, ctx, press(`[data-save]`))
	comes(t, ctx, `!document.querySelector("[data-editor]").open && document.querySelectorAll(".tile").length === 3 && !document.querySelector('[data-cover$="/a-1"]')`)
	covered := pixels(t, ctx)
	if inside, outside := covered.At(200, 150), covered.At(20, 20); !dark(inside) || dark(outside) {
		t.Errorf("inside of the box it is %v, outside %v", inside, outside)
	}

	// Each is looked at before it leaves, then the ticket goes.
	for left := 2; left > 0; left-- {
		do(t, ctx, press(`.tile.unchecked .primary`))
		comes(t, ctx, fmt.Sprintf(`document.querySelectorAll(".tile").length === 3 && document.querySelectorAll(".tile.unchecked").length === %d && %s`, left-1, awake))
	}
	do(t, ctx, press(`a[href$="/export/banco"]`))
	comes(t, ctx, `document.querySelector("#outgoing").textContent.includes("Pix parado")`)
	do(t, ctx, press(`form.actions .primary`))
	comes(t, ctx, `location.pathname.endsWith("/receipts/r-1")`)
	if len(portal.sent) != 1 || portal.sent[0].Title != "Pix parado" || len(portal.sent[0].Evidence.Attachments) != 3 {
		t.Errorf("sent %v", portal.sent)
	}
	// The file that was no picture is refused (422); the receipt is in the fake portal
	// only, so the page behind is another story's (404).
	said.only(t, "422", "404")
}

// pixels fetches the picture that was covered.
func pixels(t *testing.T, ctx context.Context) image.Image {
	t.Helper()
	data := get(t, ctx, chromedp.Evaluate[[]int](`(async () => {
		const covers = [...document.querySelectorAll("[data-cover]")].map((button) => button.dataset.cover);
		const last = covers.sort((a, b) => Number(a.split("a-")[1]) - Number(b.split("a-")[1])).at(-1);
		return [...new Uint8Array(await (await fetch(last)).arrayBuffer())];
	})()`, chromedp.EvalAwaitPromise))
	raw := make([]byte, len(data))
	for i, b := range data {
		raw[i] = byte(b)
	}
	p, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func dark(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r+g+b < 0x1000
}

// TestAPictureOfACallIsAttached looks at what passed, which no page shows unasked, and puts
// it among the prints.
func TestAPictureOfACallIsAttached(t *testing.T) {
	f := again("f1", "v2-aaaaaaaaaaaa", 0)
	f.Exchange.Response.Body = bodyWith("<binary:k3f9qa2b> (image/png, 17 bytes)")
	s := stage(t, []*capture.Failure{f}, func(o *service.Options) { o.Pictures = showing(t, "f1") })
	ctx, said := s.enter(t, "/failures/f1?lang=en", "[data-panel=response]")
	comes(t, ctx, `!document.querySelector("main img")`)
	do(t, ctx, press(`[data-panel=response] .modes a[href*="as=picture"]`))
	comes(t, ctx, `[...document.querySelectorAll(".pictures img")].map((img) => img.complete && img.naturalWidth).join() === "40,0,0"`)
	do(t, ctx, press(`.pictures form[action$="/1/attach"] button`))
	comes(t, ctx, `location.pathname === "/drafts/d-aaaaaaaaaa" && document.querySelector(".tile.unchecked img").naturalWidth === 40`)
	// Of those that can't be drawn the browser says so.
	said.only(t, "422")
}

func TestTheScreenIsRecorded(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := s.enter(t, "/drafts/d-aaaaaaaaaa?lang=en", "[data-record]",
		chromedp.Flag("use-fake-ui-for-media-stream", true), chromedp.Flag("use-fake-device-for-media-stream", true))
	do(t, ctx, chromedp.Click(chromedp.CSS("[data-still]")))
	tiles(t, ctx, 1)
	comes(t, ctx, `document.querySelector(".tile img").naturalWidth > 100 && document.querySelector(".tile-name").textContent.startsWith("print-")`)
	do(t, ctx, chromedp.Click(chromedp.CSS("[data-record]")))
	comes(t, ctx, `document.querySelector("[data-record]").textContent === document.querySelector("[data-record]").dataset.stop`)
	// The recorder gives a piece a second; it is stopped when there is something to see.
	comes(t, ctx, `(globalThis.begun ??= performance.now()) + 1500 < performance.now()`)
	do(t, ctx, chromedp.Click(chromedp.CSS("[data-record]")))
	tiles(t, ctx, 2)
	comes(t, ctx, `document.querySelector(".tile video").readyState >= 1 && document.querySelector(".tile video").videoWidth > 100`)
	said.quiet(t)
}
