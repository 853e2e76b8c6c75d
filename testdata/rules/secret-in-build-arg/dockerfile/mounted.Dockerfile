FROM node:22
ARG NPM_TOKEN
ARG NEXT_PUBLIC_TOKEN
ENV API_KEY= DB_PASSWORD=changeme ADMIN_PASSWORD=${ADMIN}
RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm config set //registry.example.com/:_authToken=$NPM_TOKEN
RUN echo $NEXT_PUBLIC_TOKEN
