FROM node:22
COPY ["keys/server.key", "/etc/"]
