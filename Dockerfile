# The image holds one static binary and the certificates of public authorities, and nothing else: no shell, no package manager.
#
#   docker build -t sekisho .
#   docker run --rm -v "$PWD:/repo:ro" sekisho
#
# The base image is the builder's only: nothing of it but the certificates gets into the result. Whatever its tag comes to
# mean, the digest is what is pulled, and a digest that does not exist fails the build. Dependabot raises the two together.
FROM --platform=$BUILDPLATFORM golang:1.26.8-alpine@sha256:8ac98ca534ac3f51e1f420a1dd2c15e74c75cfa0f23f3ad27eb5d7236c349a0c AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" -o /sekisho .

FROM scratch
# Certificates for what a user asks the network for; nothing asks by itself. They lie in the image and not in the binary, where a
# third of a megabyte would go along to everybody who has them already.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /sekisho /sekisho
# A number, so that Kubernetes' runAsNonRoot can see that it is not root. It owns nothing in the image.
USER 65532:65532
WORKDIR /repo
ENTRYPOINT ["/sekisho"]
