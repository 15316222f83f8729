# The service and its command line. What it keeps is in the volume; the rest of the container can be thrown away.
FROM node:20-bookworm-slim
RUN apt-get update && apt-get install --no-install-recommends -y ca-certificates tini && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/mingzhang
COPY package.json package-lock.json ./
COPY scripts ./scripts
# As `npm start` does it, so that it finds everything in place and needs neither network nor compiler.
RUN node -e "import('./scripts/setup.mjs').then(({ install }) => install())"
COPY tsconfig.json tsconfig.build.json ./
COPY projections ./projections
COPY src ./src
COPY deploy/users.mjs ./deploy/
RUN node scripts/build.mjs && mkdir -p /data && chown node:node /data
USER node
ENV PORT=3000 MINGZHANG_DATA=/data
VOLUME /data
EXPOSE 3000
ENTRYPOINT ["tini", "--", "node"]
CMD ["scripts/start.mjs"]
