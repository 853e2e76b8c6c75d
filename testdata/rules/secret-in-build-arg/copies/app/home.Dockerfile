FROM node:22 AS base
ADD --chown=1000 .aws /root/.aws
FROM base
