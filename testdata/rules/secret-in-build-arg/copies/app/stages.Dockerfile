FROM node:22 AS build
COPY .npmrc ./
RUN npm ci
FROM scratch
COPY --from=build /app /app
