FROM a
ARG A_TOKEN \

ENV "x=
COPY [ , ] ::error::x
COPY [".env"
RUN echo $A_TOKEN ${ $
