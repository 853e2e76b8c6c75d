FROM node
RUN --mount=type=cache,target=/x curl -fsSLo /tmp/install https://example.com/install
RUN chmod 755 /tmp/x
RUN /tmp/install
