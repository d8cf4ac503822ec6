FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt manifest.json README.md LICENSE ./
COPY recommender recommender
COPY bot bot
COPY seeds seeds
RUN python -m venv /opt/paperwire \
    && /opt/paperwire/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home paperwire \
    && install --directory --owner=paperwire /data
COPY --from=build /opt/paperwire /opt/paperwire
ENV PATH=/opt/paperwire/bin:$PATH \
    PAPERWIRE_DATABASE_URL=sqlite:////data/paperwire.db \
    PAPERWIRE_HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["paperwire", "health"]
ENTRYPOINT ["paperwire"]
CMD ["run"]
