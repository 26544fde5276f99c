package server

import "flagrante/proxy/fault"

// What the log says of an app that left in the handshake, or right behind it.
const (
	leftMistrusting = "the app left when it saw flagrante's certificate: add the file that `flagrante ca path` prints to what the app trusts"
	leftWordless    = "the app left without a word behind flagrante's certificate, as a probe does, or an app at its deadline; when it does so again, " +
		"its host is tunnelled for a while. If its calls fail, add the file that `flagrante ca path` prints to what the app trusts"
	leftEarly  = "the app left before there was a connection to the vendor"
	leftInLine = "another flagrante, whose upstream proxy is this one, does not accept this one's certificate: name the file that " +
		"`flagrante ca path` prints here under upstream.ca_file there, and let neither be reached by way of itself"
)

// learn notes that an app left when it saw our certificate. One that went without a word
// may have had another reason, and has to do so twice.
func (s *Server) learn(t *tunnel, err error, wordless bool) {
	event := s.opts.Log.Warn().Str("host", t.target)
	if t.vendor == nil && wordless {
		event.Msg(leftEarly)
		return
	}
	// Without a vendor it is our own answer that the app does not want.
	meant := t.vendor != nil && (!wordless || s.lessons.again(t.target, s.opts.Now()))
	if meant && s.lessons.add(t.target, fault.OfApp(err), s.opts.Now()) {
		event = event.Stringer("tunnelled_for", learnedFor)
	}
	switch {
	case t.via != "":
		event.Msg(leftInLine)
	case wordless && !meant:
		event.Msg(leftWordless)
	default:
		event.Msg(leftMistrusting)
	}
}
