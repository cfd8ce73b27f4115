# An unprivileged printer that writes nothing but its two volumes:
#   docker build -t ippserver .
#   docker run --read-only --cap-drop=all -p 631:631 -v "$PWD/prints:/prints" -v ippserver:/var/lib/ippserver ippserver
ARG PYTHON=3.13-slim

FROM python:${PYTHON} AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY ippserver ippserver
RUN python -m venv /opt/ippserver && /opt/ippserver/bin/pip install --no-cache-dir .

FROM python:${PYTHON}
# For text in scripts that the server's own font lacks; Python's own packages bring HarfBuzz, but not FriBidi.
ARG FONTS="fonts-noto-core fonts-wqy-microhei fonts-symbola"
RUN apt-get update && apt-get install -y --no-install-recommends libfribidi0 ${FONTS} \
 && find /usr/share/fonts \( -name '*Bold*' -o -name '*Italic*' \) -delete \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
LABEL org.opencontainers.image.title="ippserver" \
      org.opencontainers.image.description="An asyncio IPP print server: a software printer" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN mkdir -m 0700 /var/lib/ippserver && mkdir -m 0755 /prints && chown 10001:10001 /var/lib/ippserver /prints
COPY --from=build /opt/ippserver /opt/ippserver
# The history and the spool lie in $XDG_DATA_HOME/ippserver; prints, by default, in ./prints.
ENV PATH=/opt/ippserver/bin:$PATH PYTHONUNBUFFERED=1 XDG_DATA_HOME=/var/lib
WORKDIR /
USER 10001:10001
VOLUME ["/var/lib/ippserver", "/prints"]
EXPOSE 631
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["ippserver", "healthcheck"]
ENTRYPOINT ["ippserver"]
CMD ["serve"]
