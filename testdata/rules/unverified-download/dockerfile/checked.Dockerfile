FROM node
RUN <<EOF
curl -fsSLo tool https://example.com/tool
echo "0000  tool" | sha256sum --check
chmod +x tool
EOF
RUN ["curl", "https://example.com"]
