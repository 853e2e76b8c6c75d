package syntax

func (d *decoder) services(j *Job, p Pair) {
	v := p.Value.Resolve()
	if isExpr(v) {
		j.ServicesExpr = d.str(v)
		return
	}
	n := d.mapping(p)
	if n == nil {
		return
	}
	d.caseTwins(n)
	for _, p := range n.Pairs {
		if k := p.Key.Resolve(); k.Kind != Scalar || k.Value == "<<" {
			d.unknown(p, place{what: "services"})
			continue
		}
		if c := d.container(p, true); c != nil {
			c.Name = d.str(p.Key.Resolve())
			j.Services = append(j.Services, c)
		}
	}
}

func (d *decoder) container(p Pair, service bool) *Container {
	v := p.Value.Resolve()
	c := &Container{Span: v.Span, Key: p.Key.Span, Node: v}
	if v.Kind != Mapping {
		if v.Kind == Sequence {
			d.wrong(p, "an image or a mapping")
			return nil
		}
		if service {
			c.Image = d.text(p)
		} else {
			c.Image = d.field(p)
		}
		return c
	}
	for _, p := range v.Pairs {
		switch key(p) {
		case "image":
			c.Image = d.field(p)
		case "credentials":
			d.credentials(c, p)
		case "env":
			c.Env = d.table(p, false)
		case "ports":
			c.Ports = d.sequence(p)
		case "volumes":
			c.Volumes = d.sequence(p)
		case "options":
			c.Options = d.field(p)
		default:
			d.serviceKey(c, p, service)
		}
	}
	if _, ok := v.Get("image"); !ok {
		d.errorf(p.Key.Span, `%s has no "image"; name the image to run`, quote(key(p)))
	}
	return c
}

func (d *decoder) serviceKey(c *Container, p Pair, service bool) {
	k := key(p)
	switch {
	case service && k == "entrypoint":
		c.Entrypoint = d.field(p)
	case service && k == "command":
		c.Command = d.field(p)
	case service:
		d.unknown(p, place{what: "service", keys: serviceKeys})
	default:
		d.unknown(p, place{what: "container", keys: containerKeys})
	}
}

func (d *decoder) credentials(c *Container, p Pair) {
	if v := p.Value.Resolve(); isExpr(v) {
		c.CredentialsExpr = d.str(v)
		return
	}
	n := d.mapping(p)
	if n == nil {
		return
	}
	_, name := n.Get("username")
	_, password := n.Get("password")
	if name != password {
		d.errorf(p.Key.Span, `"credentials" needs both "username" and "password"; add the other`)
	}
	for _, p := range n.Pairs {
		switch key(p) {
		case "username":
			c.Username = d.text(p)
		case "password":
			c.Password = d.text(p)
		default:
			d.unknown(p, place{what: "credentials", keys: credentialsKeys})
		}
	}
}
