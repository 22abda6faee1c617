# The site as one process that is not root. Everything it writes is under /data: mount a volume there.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY .editorconfig ./
COPY src/ src/
COPY content/ content/
RUN dotnet publish src/PhysioSite -c Release --self-contained --use-current-runtime -o /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
WORKDIR /app
COPY --from=build /app ./
RUN mkdir /data && chown $APP_UID:$APP_UID /data
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Data__Folder=/data
VOLUME /data
EXPOSE 8080
USER $APP_UID
ENTRYPOINT ["./PhysioSite"]
