curl -sSLo /tmp/x https://example.com/x
sha256sum -c ci/sums.txt
bash /tmp/x
