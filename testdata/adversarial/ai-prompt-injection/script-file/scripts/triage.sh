set -eu
text="Fix this: $BODY"
opencode run "$text"
