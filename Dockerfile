# The command line with ffmpeg inside, without root:   docker build -t gmmvision .
#   docker run --rm -v "$PWD:/data" -w /data --user "$(id -u):$(id -g)" gmmvision detect street.mp4 --output out
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY Directory.Build.props Directory.Packages.props ./
COPY src ./src
# OpenCV's native half needs a desktop's libraries; pictures and videos are read by ffmpeg here.
RUN dotnet publish src/GmmVision.Cli/GmmVision.Cli.csproj -c Release --use-current-runtime --no-self-contained -o /app --nologo \
    && rm -f /app/libOpenCvSharpExtern.so

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
USER $APP_UID
ENTRYPOINT ["dotnet", "/app/GmmVision.Cli.dll"]
CMD ["--help"]
