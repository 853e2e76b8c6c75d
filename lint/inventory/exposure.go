package inventory

// Exposure orders what to look at first: points for what is to be lost, times how easily it is. The numbers mean nothing beside each
// other's; docs/inventory.md tells them.
const (
	pointsDirect = 10 // a credential that an action can read as a matter of course
	pointsShared = 4  // one that takes an attack on the runner
	pointsEvery  = 50 // all of them
	pointsScope  = 3  // a right of the token to write
	pointsRights = 8  // rights that are not told, or all of them
)

// weigh returns the exposure of an action.
func (a *Action) weigh() int {
	points := 1
	for _, r := range a.Reach {
		points += r.points()
	}
	switch {
	case a.Token.Unknown(), a.Token.All == "write-all", a.Token.opaque():
		points += pointsRights
	default:
		points += pointsScope * len(a.Token.Writes())
	}
	points *= a.ease()
	if a.Official {
		points = (points + 1) / 2
	}
	return points
}

func (r Reach) points() int {
	switch {
	case r.Named:
		return 1
	case r.Every && r.Way.Direct():
		return pointsEvery
	case r.Way.Direct():
		return pointsDirect
	}
	return pointsShared
}

// ease is how easily other code takes the place of what is used.
func (a *Action) ease() int {
	ease := 1
	for _, o := range a.Jobs {
		for _, u := range o.Uses {
			switch {
			case u.Pin >= ByBranch:
				ease = max(ease, 3)
			case !u.Pin.Holds():
				ease = max(ease, 2)
			}
		}
	}
	if a.Compromised != "" {
		ease = 10
	}
	return ease
}

// weigh returns the exposure of a credential: of whom its jobs admit, of the actions that could read it, and of how often it is used.
func (c *Credential) weigh() int {
	who, open := Nobody, false
	for _, u := range c.Uses {
		if u.Job == nil {
			continue
		}
		who = max(who, u.Job.Worst())
		open = open || u.Job.Environment == ""
	}
	points := [...]int{Nobody: 0, Clock: 0, Insiders: 0, Callers: 2, Forks: 2, Approved: 8, Guarded: 15, Anybody: 30}[who] + min(len(c.Uses), 10)
	if open {
		points += 5
	}
	for _, r := range c.Readers {
		per := pointsShared
		if r.Way.Direct() {
			per = pointsDirect
		}
		if !r.Unpinned || r.Official {
			per /= 3
		}
		points += per
	}
	if c.Every || c.Kind == Plain {
		points += pointsEvery
	}
	if c.Named {
		points = (points + 9) / 10
	}
	return points
}
