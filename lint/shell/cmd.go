package shell

func (s *Script) parseCmd(marks []mark) {}
