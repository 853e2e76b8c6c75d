set -x
curl --header "token: $TOKEN" https://example.com/release
