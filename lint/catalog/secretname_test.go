package catalog

import (
	"strings"
	"testing"
)

func TestSecretName(t *testing.T) {
	for _, name := range strings.Fields("NPM_TOKEN DB_PASSWORD signingKey API_KEY apiKey SLACK_WEBHOOK SLACK_WEBHOOK_URL KUBECONFIG GH_PAT MY-SECRET deploy_key CLIENT_SECRET SSH_PRIVATE_KEY tokens") {
		if !SecretName(name) {
			t.Errorf("%s names a secret", name)
		}
	}
	for _, name := range strings.Fields("TOKEN_URL PUBLIC_KEY DEPLOY_PUBLIC_KEY AWS_REGION CACHE_KEY SECRET_NAME SECRET_ARN TOKEN_TTL MONKEY KEYBOARD PATH PATTERN USERNAME PASSWORD_FILE KEY_ID SSH_KEY_FINGERPRINT BUCKET") {
		if SecretName(name) {
			t.Errorf("%s names no secret", name)
		}
	}
}

func TestFederationOf(t *testing.T) {
	f, ok := FederationOf("AWS-Actions/configure-aws-credentials@v4")
	if !ok || f.Opens != "AWS" || len(f.Inputs) != 1 || f.Inputs[0] != "role-to-assume" {
		t.Errorf("got %v, %v", f, ok)
	}
	if f, ok := FederationOf("rust-lang/crates-io-auth-action@v1"); !ok || len(f.Inputs) != 0 {
		t.Errorf("got %v, %v", f, ok)
	}
	if f, ok := FederationOf("actions/checkout@v4"); ok {
		t.Errorf("got %v", f)
	}
}
