package shell

// toolTraces finds the programs that are told to trace themselves.
func (w *walker) toolTraces() {}

func (s *Script) addTraces(list []*Trace) { s.Traces = append(s.Traces, list...) }
