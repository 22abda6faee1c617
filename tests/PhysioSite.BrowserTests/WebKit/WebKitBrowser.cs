using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpenQA.Selenium;
using OpenQA.Selenium.Remote;

namespace PhysioSite.BrowserTests.WebKit;

/// <summary>
/// The engine of Safari: Debian's WebKitGTK, controlled through its own WebDriver and shown on a display in memory (Xvfb). Selenium is
/// given the address of the driver, so it neither looks for one nor downloads one.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes of it through IAsyncLifetime.")]
public sealed class WebKitBrowser : IAsyncLifetime
{
    private const string DriverProgram = "/usr/bin/WebKitWebDriver";
    private const string DisplayProgram = "/usr/bin/Xvfb";

    private readonly ConcurrentQueue<string> _lines = new();
    private ChildProcess? _display;
    private ChildProcess? _service;

    public static string? WhyNot { get; } =
        (File.Exists(DriverProgram) && File.Exists(DisplayProgram)) || Environment.GetEnvironmentVariable("REQUIRE_WEBKIT") == "1"
            ? null
            : $"There is no {DriverProgram} or no {DisplayProgram}. Install them with \"apt-get install webkit2gtk-driver xvfb\" (Debian) "
                + "to run the journey in the engine of Safari.";

    public WebDriver Driver { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (WhyNot is not null)
        {
            return;
        }

        // Xvfb chooses a free display and writes its number to the standard output.
        _display = Start(DisplayProgram, [], "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp");
        var number = await Eventually.GetAsync(
            () => Task.FromResult(_lines.FirstOrDefault(line => line.Length > 0 && line.All(char.IsAsciiDigit))), "Xvfb has a display");
        var port = FreePort();
        _service = Start(
            DriverProgram,
            new() { ["DISPLAY"] = ":" + number },
            "--host=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"--port={port}"));
        await Eventually.TrueAsync(() => ListensAsync(port), "WebKitWebDriver listens");
        Driver = new RemoteWebDriver(new Uri($"http://127.0.0.1:{port}"), new Options());
    }

    public async Task DisposeAsync()
    {
        Driver?.Dispose();
        _service?.Dispose();
        if (_display is not null)
        {
            // On SIGTERM, Xvfb removes the lock of its display.
            _display.AskToStop();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await _display.ExitAsync(limit.Token);
            _display.Dispose();
        }
    }

    private ChildProcess Start(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return ChildProcess.Start(start, _lines.Enqueue);
    }

    private async Task<bool> ListensAsync(int port)
    {
        if (_service!.Process.HasExited)
        {
            throw new InvalidOperationException($"WebKitWebDriver has ended: {string.Join('\n', _lines)}");
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Options : DriverOptions
    {
        public Options()
        {
            BrowserName = "MiniBrowser";
        }

        public override ICapabilities ToCapabilities() => GenerateDesiredCapabilities(true).AsReadOnly();
    }
}
