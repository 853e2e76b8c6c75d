package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// loads are seeds of everything that comes from the network.
var loads = Seeds{Command: func(c *Command) bool {
	_, ok := c.Download()
	return ok
}}

// executed lists the commands that execute what a download gave: its program, how, and whether only a part or a folder is known.
func executed(s *Script, depth int) []string {
	var out []string
	followed := s.Follow(loads)
	for _, c := range s.Commands {
		code := s.Code(c)
		o, ok := followed.Runs(c)
		if ok {
			line := [...]string{"", "text", "file", "input", "program"}[code.Kind] + " " + c.Words[0].Text
			if o.Part {
				line += " part"
			}
			if o.Loose {
				line += " loose"
			}
			out = append(out, line)
		}
		if inner := s.Inner(c); inner != nil && depth < 3 {
			out = append(out, executed(inner, depth+1)...)
		}
	}
	return out
}

func TestFollowDownloads(t *testing.T) {
	tests := []struct {
		script string
		d      Dialect
		want   string
	}{
		{"curl https://a/i.sh | bash", Bash, "input bash"},
		{"curl -fsSL https://a/i.sh | sudo -E bash -", Bash, "input bash"},
		{"wget -qO- https://a/i.sh | sh -s -- -b /usr/local/bin", Bash, "input sh"},
		{"curl https://a/i.sh | tee i.sh | sed 's/a/b/' | bash", Bash, "input bash"},
		{"curl https://a | gunzip | base64 -d | sh", Bash, "input sh"},
		{"curl https://a | (cd /tmp && bash)", Bash, "input bash"},
		{"curl https://a | { read x; sh; }", Bash, "input sh"},
		{"curl https://a | if true; then sh; fi", Bash, "input sh"},
		{"{ echo set -e; curl https://a; } | bash", Bash, "input bash"},
		{"bash <(curl -s https://a)", Bash, "file bash"},
		{"source <(curl -s https://a) x", Bash, "file source"},
		{". <(wget -O - https://a)", Bash, "file ."},
		{"bash < <(curl -s https://a)", Bash, "input bash"},
		{"bash <<< \"$(curl -s https://a)\"", Bash, "input bash"},
		{"source /dev/stdin <<< \"$(curl -s https://a)\"", Bash, "input source"},
		{"bash -c \"$(curl -s https://a)\"", Bash, "text bash"},
		{"sh -c \"`wget -qO- https://a`\"", Bash, "text sh"},
		{"eval \"$(curl -s https://a)\"", Bash, "text eval"},
		{"$(curl -s https://a)", Bash, "text $(curl -s https://a)"},
		{"S=$(curl -s https://a); eval \"$S\"", Bash, "text eval"},
		{"S=$(curl -s https://a)\necho \"$S\" | bash", Bash, "input bash"},
		{"export S=\"$(curl -s https://a)\"; bash -c \"$S\"", Bash, "text bash"},
		{"bash <<E\n$(curl -s https://a)\nE", Bash, "input bash"},
		{"python3 -c \"$(curl -s https://a)\"", Bash, "text python3"},
		{"curl https://a | python3 - --yes", Bash, "input python3"},
		{"curl https://a | php -- --install-dir=x", Bash, "input php"},
		{"ruby -e \"$(curl -s https://a)\"", Bash, "text ruby"},
		{"node <(curl https://a)", Bash, "file node"},
		{"curl -o i.sh https://a; bash i.sh", Bash, "file bash"},
		{"curl https://a > ./i.sh && chmod +x i.sh && ./i.sh", Bash, "file ./i.sh"},
		{"curl -sSLO https://a/x/i.sh?v=1; sh -x i.sh", Bash, "file sh"},
		{"wget -q https://a/i.py; python3 i.py", Bash, "file python3"},
		{"wget -P /tmp https://a/i.sh; sudo sh /tmp/i.sh", Bash, "file sh"},
		{"wget https://a/i.sh -O /tmp/i.sh; cd /tmp; ./i.sh", Bash, "file ./i.sh"},
		{"curl -o /tmp/i.sh https://a; (cd /tmp; sh i.sh); sh i.sh", Bash, "file sh"},
		{"curl -o \"$RUNNER_TEMP/i\" https://a; bash ${RUNNER_TEMP}/i", Bash, "file bash"},
		{"curl -o $HOME/bin/i https://a; ~/bin/i", Bash, "file ~/bin/i"},
		{"F=i.sh; curl -o $F https://a; bash ./i.sh", Bash, "file bash"},
		{"U=https://a/i.sh; wget $U; bash i.sh", Bash, "file bash"},
		{"curl -o i https://a; bash < i; cat i | sh; eval \"$(cat i)\"", Bash, "input bash,input sh,text eval"},
		{"curl -o i https://a; sudo install -m 755 i /usr/local/bin/tool; tool x", Bash, "program tool"},
		{"curl -o i https://a; sudo install i /opt; i x", Bash, ""},
		{"curl -o i https://a; mv i /opt/tool; /opt/tool x", Bash, "file /opt/tool"},
		{"curl -o i https://a; mv i bin/; bin/i x", Bash, "file bin/i"},
		{"curl -o i.gz https://a; gunzip i.gz; sh i", Bash, "file sh"},
		{"curl https://a | tar xz -C /opt/x; /opt/x/bin/y", Bash, "file /opt/x/bin/y loose"},
		{"curl https://a | tar -xzf- -C /opt/x y; /opt/x/y; /opt/x/z", Bash, "file /opt/x/y"},
		{"curl -o a https://a; tar xfC a /opt/x; /opt/x/y", Bash, "file /opt/x/y loose"},
		{"curl --output=a --url https://a; tar --extract --file=a --directory /opt/x; /opt/x/y", Bash, "file /opt/x/y loose"},
		{"curl -H -I -sSL https://a -- | sh; wget -qO - -- https://a | sh", Bash, "input sh,input sh"},
		{"curl --output-dir /opt -O https://a/b; sh /opt/b", Bash, "file sh"},
		{"wget https://a/t.tgz && tar zxf t.tgz && cd t && ./configure", Bash, "file ./configure loose"},
		{"curl -Lo t.zip https://a; unzip -q t.zip -d d; d/run", Bash, "file d/run loose"},
		{"wget https://a/x.deb; sudo dpkg -i x.deb; sudo apt-get install -y ./x.deb", Bash, "file dpkg,file apt-get"},
		{"wget https://a/x.deb; sudo dpkg -i *.deb", Bash, "file dpkg"},
		{"curl -o x.jar https://a; java -jar x.jar", Bash, "file java"},
		{"get() { curl -sSL \"$1\"; }\nget https://a | bash", Bash, "input bash"},
		{"get() { curl -sSL \"$1\" -o \"$2\"; }\nget https://a i.sh\nbash i.sh", Bash, "file bash"},
		{"get() { local out=$2; curl -sSL \"$1\" > \"$out\"; }\nget https://a i.sh\nbash i.sh", Bash, "file bash"},
		{"V=$(curl https://a | jq -r .v); bash -c \"x $V\"", Bash, "text bash part"},
		{"curl https://a | jq -r .x | bash", Bash, "input bash part"},
		{"bash -c 'curl https://a | sh'", Bash, "input sh"},
		{"ssh h 'curl https://a | sh'", Bash, "input sh"},
		{"pwsh -Command 'irm https://a | iex'", Bash, "input iex"},
		{"CURL=curl; $CURL https://a | $SUDO bash", Bash, "input bash"},
		{"curl https://a | ${SUDO} tar xz -C /opt/x; /opt/x/y", Bash, "file /opt/x/y loose"},
		{"curl https://a | ssh h bash -s; docker exec -i c sh < <(curl https://a); docker run x sh -c \"$(curl https://a)\"", Bash, "input ssh,input docker,text docker"},
		{"IEX (New-Object Net.WebClient).DownloadString(\"https://a\")", PowerShell, ""}, // the command itself is the download
		{"(iwr https://a).Content | iex", PowerShell, "input iex"},
		{"iwr https://a -OutFile x.msi; Start-Process msiexec.exe -ArgumentList '/i x.msi /qn'", PowerShell, "file Start-Process"},
		{"bash i.sh; curl -o i.sh https://a", Bash, ""},
		{"curl -o i.txt https://a; bash i.sh", Bash, ""},
		{"curl -o /dev/null https://a | bash", Bash, ""},
		{"curl https://a > x | bash", Bash, ""},
		{"curl -I https://a | bash", Bash, ""},
		{"wget --spider https://a; echo $? | bash", Bash, ""},
		{"curl https://a | grep -q x && bash y", Bash, ""},
		{"curl https://a; echo a | bash", Bash, ""},
		{"x=$(curl https://a | wc -l); eval \"$x\"", Bash, ""},
		{"git clone https://a; ./a/i.sh", Bash, ""},
		{"iwr -useb https://a | iex", PowerShell, "input iex"},
		{"iex (irm https://a)", PowerShell, "text iex"},
		{"iex \"& { $(irm https://a) } -X\"", PowerShell, "text iex part"},
		{"Invoke-Expression ((New-Object System.Net.WebClient).DownloadString('https://a'))", PowerShell, "text Invoke-Expression"},
		{"$s = (New-Object Net.WebClient).DownloadString('https://a')\niex $s", PowerShell, "text iex"},
		{"$r = Invoke-WebRequest -Uri https://a\nInvoke-Expression $r.Content", PowerShell, "text Invoke-Expression"},
		{"& ([scriptblock]::Create((irm https://a))) -X", PowerShell, "text ([scriptblock]::Create((irm https://a))) part"},
		{"Invoke-WebRequest https://a -OutFile i.ps1; .\\i.ps1", PowerShell, "file .\\i.ps1"},
		{"iwr https://a -O \"$env:TEMP\\x.exe\"\nStart-Process -FilePath \"$env:TEMP\\x.exe\" -Wait", PowerShell, "file Start-Process"},
		{"$f = \"x.msi\"\n(New-Object Net.WebClient).DownloadFile('https://a', \"x.msi\")\nmsiexec /i $f /qn", PowerShell, "file msiexec"},
		{"iwr https://a -OutFile t.zip; Expand-Archive t.zip -DestinationPath d; & d/x.exe", PowerShell, "file d/x.exe loose"},
		{"bash -c \"curl https://a | sh\"", PowerShell, "input sh"},
		{"curl -o x.exe https://a\r\nx.exe /q\r\n", Cmd, "program x.exe"},
		{"curl -o x.exe https://a\r\n.\\x.exe /q\r\n", Cmd, "file .\\x.exe"},
		{"powershell -NoProfile -Command \"iex ((New-Object Net.WebClient).DownloadString('https://a'))\"", Cmd, "text iex"},
		{"certutil -urlcache -f https://a x.bat & call .\\x.bat", Cmd, "file .\\x.bat"},
	}
	for _, tt := range tests {
		s := Parse(tt.script, tt.d, holesOf(tt.script))
		check(t, tt.script, s)
		if diff := cmp.Diff(tt.want, strings.Join(executed(s, 0), ",")); diff != "" {
			t.Errorf("executed by %q (-want +got):\n%s", tt.script, diff)
		}
	}
}

func TestPath(t *testing.T) {
	tests := []struct{ script, want string }{
		{"x a/../b", "b"},
		{"cd d; x b", "d/b"},
		{"cd d && cd ../e; x ./b", "e/b"},
		{"(cd d; y); x b", "b"},
		{"pushd d; popd; x b", "b"},
		{"cd /t; cd -; x /b", "/b"},
		{"D=d; cd $D; x b", "d/b"},
		{"D=$RUNNER_TEMP/d; x \"$D\"/b", "$RUNNER_TEMP/d/b"},
		{"D=a; D=b; x $D", "$D"},
		{"x ${{runner.temp}}/b", "$RUNNER_TEMP/b"},
		{"cd d; x ${{ github.workspace }}/b", "b"},
		{"cd d; x $GITHUB_WORKSPACE/b", "b"},
		{"x ${HOME}/b", "~/b"},
		{"x $PWD/b", "b"},
		{"x -", ""},
		{"x /dev/null", ""},
	}
	for _, tt := range tests {
		s := Parse(tt.script, Bash, holesOf(tt.script))
		c := s.Commands[len(s.Commands)-1]
		for _, have := range s.Commands {
			if have.Name == "x" {
				c = have
			}
		}
		if got := s.Path(c, c.Words[len(c.Words)-1].Text); got != tt.want {
			t.Errorf("the path in %q is %q, want %q", tt.script, got, tt.want)
		}
	}
}
