package page

import (
	"time"

	"flagrante/draft"
)

// chart is a picture of how the failures of a draft are spread over time.
type chart struct {
	Columns []column
	// From and To are when the picture begins and ends, Peak is the tallest column.
	From, To time.Time
	Peak     draft.Count
	// Unit is what a column stands for: minute, hour, day.
	Unit string
}

// column is a part of the picture, in thousandths of its width and height.
type column struct{ X, Y, Width, Height int64 }

// maxColumns is how many columns stay apart in the narrowest picture; more of them
// are drawn together.
const maxColumns = 60

// chartOf draws the failures of a draft; it is empty where they are of one moment.
func chartOf(e draft.Evidence) chart {
	counts := e.Timeline
	if len(counts) < 2 || e.Step <= 0 {
		return chart{}
	}
	first := counts[0].Start
	steps := int64(counts[len(counts)-1].Start.Sub(first)/e.Step) + 1
	c := chart{From: first, To: first.Add(time.Duration(steps) * e.Step), Peak: counts[0], Unit: unitOf(e.Step)}
	across := min(steps, maxColumns)
	sums := make([]int64, across)
	for _, n := range counts {
		if n.Failures > c.Peak.Failures {
			c.Peak = n
		}
		sums[int64(n.Start.Sub(first)/e.Step)*across/steps] += n.Failures
	}
	c.Columns = columnsOf(sums)
	return c
}

// columnsOf stands the sums side by side. Whatever failed at all is seen.
func columnsOf(sums []int64) []column {
	var most int64
	for _, n := range sums {
		most = max(most, n)
	}
	across := int64(len(sums))
	var all []column
	for i, n := range sums {
		if n <= 0 {
			continue
		}
		x, end := 1000*int64(i)/across, 1000*int64(i+1)/across
		height := max(40, 1000*n/most)
		all = append(all, column{X: x, Y: 1000 - height, Width: max(2, (end-x)*9/10), Height: height})
	}
	return all
}

func unitOf(step time.Duration) string {
	switch {
	case step <= time.Minute:
		return "minute"
	case step <= time.Hour:
		return "hour"
	}
	return "day"
}
