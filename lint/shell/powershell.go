package shell

func (s *Script) parsePowerShell(marks []mark) {}
