package contract

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema is a schema of a document, made ready for checking: expressions are
// compiled and references followed.
type schema struct {
	// never is the schema "false".
	never    bool
	types    kinds
	nullable bool
	enum     []any
	format   string
	pattern  *regexp.Regexp

	minLength, minItems, minProperties uint64
	maxLength, maxItems, maxProperties *uint64

	min, max   *bound
	multipleOf *big.Rat

	items, contains          *schema
	prefix                   []*schema
	minContains, maxContains *uint64
	uniqueItems              bool

	properties        map[string]*schema
	required          []string
	byPattern         []patternSchema
	additional        *schema
	names             *schema
	dependentRequired map[string][]string
	dependentSchemas  map[string]*schema

	all, any, one   []*schema
	not             *schema
	condition       *schema
	then, otherwise *schema

	// decider is the property whose value names the schema that holds.
	decider  string
	branches map[string]*schema

	readOnly, writeOnly bool
}

// bound is an end of a range of numbers.
type bound struct {
	value     float64
	exclusive bool
}

type patternSchema struct {
	like   *regexp.Regexp
	schema *schema
}

// kinds is a set of the types of JSON; the empty one allows them all.
type kinds uint8

const (
	kindNull kinds = 1 << iota
	kindBoolean
	kindInteger
	kindNumber
	kindString
	kindArray
	kindObject
)

func kindOf(name string) kinds {
	switch name {
	case "null":
		return kindNull
	case "boolean":
		return kindBoolean
	case "integer":
		return kindInteger
	case "number":
		return kindNumber | kindInteger
	case "string", "file":
		return kindString
	case "array":
		return kindArray
	case "object":
		return kindObject
	}
	return 0
}

// compiler makes schemas ready, each once.
type compiler struct {
	name string
	done map[*openapi3.Schema]*schema
	// expressions, unevaluated and dynamic count what is not checked.
	expressions, unevaluated, dynamic int
}

func newCompiler(name string) *compiler {
	return &compiler{name: name, done: map[*openapi3.Schema]*schema{}}
}

// notes says what of the document is not checked.
func (c *compiler) notes() []string {
	var out []string
	for what, n := range map[string]int{
		"patterns in a syntax that is not known": c.expressions, "unevaluatedProperties or unevaluatedItems": c.unevaluated, "$dynamicRef": c.dynamic,
	} {
		if n > 0 {
			out = append(out, c.name+": not checked: "+what+" ("+strconv.Itoa(n)+")")
		}
	}
	slices.Sort(out)
	return out
}

func (c *compiler) ref(r *openapi3.SchemaRef) *schema {
	if r == nil || r.Value == nil {
		return nil
	}
	return c.schema(r.Value)
}

func (c *compiler) refs(list openapi3.SchemaRefs) []*schema {
	var out []*schema
	for _, r := range list {
		if s := c.ref(r); s != nil {
			out = append(out, s)
		}
	}
	return out
}

func (c *compiler) schemas(m openapi3.Schemas) map[string]*schema {
	out := make(map[string]*schema, len(m))
	for name, r := range m {
		if s := c.ref(r); s != nil {
			out[name] = s
		}
	}
	return out
}

func (c *compiler) schema(from *openapi3.Schema) *schema {
	if s := c.done[from]; s != nil {
		return s
	}
	s := &schema{}
	// A schema may hold itself, so it is known before it is filled.
	c.done[from] = s
	s.never = from.Always != nil && !*from.Always
	for _, name := range from.Type.Slice() {
		s.types |= kindOf(name)
	}
	s.nullable, s.readOnly, s.writeOnly = from.Nullable, from.ReadOnly, from.WriteOnly
	s.enum = plain(from.Enum)
	if from.Const != nil {
		s.all = append(s.all, &schema{enum: plain([]any{from.Const})})
	}
	c.scalars(s, from)
	c.lists(s, from)
	c.objects(s, from)
	c.combinations(s, from)
	if from.UnevaluatedItems.Has != nil || from.UnevaluatedItems.Schema != nil || from.UnevaluatedProperties.Has != nil || from.UnevaluatedProperties.Schema != nil {
		c.unevaluated++
	}
	if from.DynamicRef != "" {
		c.dynamic++
	}
	return s
}

func (c *compiler) scalars(s *schema, from *openapi3.Schema) {
	s.format, s.pattern = from.Format, c.expression(from.Pattern)
	s.minLength, s.maxLength = from.MinLength, from.MaxLength
	s.min, s.max = boundOf(from.Min, from.ExclusiveMin, true), boundOf(from.Max, from.ExclusiveMax, false)
	if from.MultipleOf != nil && *from.MultipleOf > 0 {
		// The shortest decimal is what the document says: 0.01 is no power of two.
		s.multipleOf, _ = new(big.Rat).SetString(strconv.FormatFloat(*from.MultipleOf, 'f', -1, 64))
	}
}

// boundOf joins the two ways to say that a bound is excluded: a flag in OpenAPI
// 3.0, a number of its own in 3.1.
func boundOf(value *float64, exclusive openapi3.ExclusiveBound, lower bool) *bound {
	var b *bound
	if value != nil {
		b = &bound{*value, exclusive.IsTrue()}
	}
	if own := exclusive.Value; own != nil && (b == nil || lower && *own >= b.value || !lower && *own <= b.value) {
		b = &bound{*own, true}
	}
	return b
}

func (c *compiler) lists(s *schema, from *openapi3.Schema) {
	s.items, s.prefix, s.contains = c.ref(from.Items), c.refs(from.PrefixItems), c.ref(from.Contains)
	s.minItems, s.maxItems, s.uniqueItems = from.MinItems, from.MaxItems, from.UniqueItems
	s.minContains, s.maxContains = from.MinContains, from.MaxContains
}

func (c *compiler) objects(s *schema, from *openapi3.Schema) {
	s.properties, s.required = c.schemas(from.Properties), from.Required
	s.minProperties, s.maxProperties = from.MinProps, from.MaxProps
	s.additional, s.names = c.ref(from.AdditionalProperties.Schema), c.ref(from.PropertyNames)
	if has := from.AdditionalProperties.Has; has != nil && !*has {
		s.additional = &schema{never: true}
	}
	for pattern, r := range from.PatternProperties {
		if like, of := c.expression(pattern), c.ref(r); like != nil && of != nil {
			s.byPattern = append(s.byPattern, patternSchema{like, of})
		} else if like == nil {
			// What the pattern would allow is not known.
			s.additional = nil
		}
	}
	s.dependentRequired, s.dependentSchemas = from.DependentRequired, c.schemas(from.DependentSchemas)
}

func (c *compiler) combinations(s *schema, from *openapi3.Schema) {
	s.all = append(s.all, c.refs(from.AllOf)...)
	s.any, s.one, s.not = c.refs(from.AnyOf), c.refs(from.OneOf), c.ref(from.Not)
	s.condition, s.then, s.otherwise = c.ref(from.If), c.ref(from.Then), c.ref(from.Else)
	if d := from.Discriminator; d != nil && d.PropertyName != "" && len(s.one)+len(s.any) > 0 {
		s.decider, s.branches = d.PropertyName, c.decided(d, append(append(openapi3.SchemaRefs{}, from.OneOf...), from.AnyOf...))
	}
}

// decided returns the schemas of a discriminator by the values that name them:
// those of the mapping, and the last part of the references.
func (c *compiler) decided(d *openapi3.Discriminator, list openapi3.SchemaRefs) map[string]*schema {
	out := map[string]*schema{}
	for _, r := range list {
		if r.Ref != "" {
			out[lastPart(r.Ref)] = c.ref(r)
		}
	}
	for value, to := range d.Mapping {
		if s := out[lastPart(to.Ref)]; s != nil {
			out[value] = s
		}
	}
	return out
}

// expression compiles a pattern of ECMA 262 as far as Go knows it; nil where it
// does not.
func (c *compiler) expression(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	pattern = regexp.MustCompile(`\\u([0-9a-fA-F]{4})`).ReplaceAllString(pattern, `\x{$1}`)
	like, err := regexp.Compile(pattern)
	if err != nil {
		c.expressions++
		return nil
	}
	return like
}
