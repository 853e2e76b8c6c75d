package policy

import (
	"slices"
	"strconv"
	"strings"
)

// interval returns the shortest time between two runs of a schedule in minutes, as if it ran on each day that has none of its
// own: on the same day, or from the last run of one to the first of the next. It is 0 when cron cannot be read.
func interval(cron string) int {
	fields := strings.Fields(cron)
	if len(fields) != 5 {
		return 0
	}
	minutes, hours := times(fields[0], 59), times(fields[1], 23)
	if minutes == nil || hours == nil {
		return 0
	}
	const day = 24 * 60
	first := hours[0]*60 + minutes[0]
	shortest, last := day, first
	for _, h := range hours {
		for _, m := range minutes {
			if at := h*60 + m; at > last {
				shortest, last = min(shortest, at-last), at
			}
		}
	}
	return min(shortest, first+day-last)
}

// times returns the values of a field of a cron expression, which go from 0 to most, in order; nil when it cannot be read.
func times(field string, most int) []int {
	var out []int
	for part := range strings.SplitSeq(field, ",") {
		span, each, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			var err error
			if step, err = strconv.Atoi(each); err != nil || step < 1 {
				return nil
			}
		}
		from, to, ok := bounds(span, most, stepped)
		if !ok {
			return nil
		}
		for v := from; v <= to; v += step {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bounds reads *, a number or a range. A number with a step stands for all from there.
func bounds(span string, most int, stepped bool) (from, to int, ok bool) {
	if span == "*" {
		return 0, most, true
	}
	low, high, isRange := strings.Cut(span, "-")
	from, err := strconv.Atoi(low)
	if err != nil || from < 0 || from > most {
		return 0, 0, false
	}
	switch {
	case isRange:
		to, err = strconv.Atoi(high)
		return from, to, err == nil && from <= to && to <= most
	case stepped:
		return from, most, true
	}
	return from, from, true
}
