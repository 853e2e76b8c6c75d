FROM node
COPY . .
