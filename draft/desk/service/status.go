package service

// Same reports whether nothing happened between two looks at the numbers.
func (s Status) Same(o Status) bool {
	trouble, other := s.Trouble, o.Trouble
	s.Trouble, o.Trouble = nil, nil
	if trouble == nil || other == nil {
		return s == o && trouble == other
	}
	return s == o && *trouble == *other
}
