# One image for every role: docker run … monitor | agent | simulate | predict …
FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml headroom ./
COPY src/main src/main
COPY ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md RATIONALE.md README.md SECURITY.md ./
COPY docs docs
# git rev-parse --short=12 HEAD: the build sees no repository.
ARG REVISION=unknown
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -Dquick -Dmaven.test.skip=true -Dheadroom.revision="$REVISION" package

FROM eclipse-temurin:25-jre
ARG REVISION=unknown
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Headroom" \
      org.opencontainers.image.description="Predicted beside measured GPU memory of training jobs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# A number, so that Kubernetes can see that it is not root.
RUN mkdir /opt/headroom
COPY --from=build /build/headroom /opt/headroom/headroom
COPY --from=build /build/target/quarkus-app /opt/headroom/quarkus-app
COPY --from=build /build/target/broker /opt/headroom/broker
COPY LICENSE /opt/headroom/LICENSE
USER 10001:10001
# Nothing is written but to /tmp: native libraries are unpacked there.
ENV HOME=/tmp \
    HEADROOM_HOME=/opt/headroom \
    QUARKUS_HTTP_HOST=0.0.0.0
EXPOSE 8080 9401
ENTRYPOINT ["/opt/headroom/headroom"]
CMD ["monitor"]
