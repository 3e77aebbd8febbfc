# One image for every role: docker run … monitor | agent | simulate | predict …
FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml headroom ./
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -Dquick -Dmaven.test.skip=true package

FROM eclipse-temurin:25-jre
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
