using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using YamlDotNet.RepresentationModel;

namespace PhysioSite.Tests.Web;

/// <summary>
/// The files of docs/deploy: nginx in front of two real instances with one database, and what other programs check of the rest.
/// </summary>
public sealed class DeploymentTests : IDisposable
{
    private static readonly string Files = Path.Combine(Repository.Root, "docs", "deploy");

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-deploy-").FullName;

    [DeploymentFact]
    public async Task Instances_BehindNginx_AnswerWhileOneOfThemStops()
    {
        var database = PostgreSqlServer.Create();
        try
        {
            using var first = await RealSite.StartAsync(Settings("first", database));
            using var second = await RealSite.StartAsync(Settings("second", database));
            using var nginx = await Nginx.StartAsync(first.Address, second.Address);
            using var patient = OpenAsBrowser(nginx);
            await AssertServesAsync(patient);

            using var enough = new CancellationTokenSource();
            var asking = AskUntilAsync(nginx, enough.Token);
            first.AskToStop();
            Assert.Equal(0, await first.ExitAsync());
            var receipt = await patient.AskAsync();
            await AssertServesFilesOfAnotherVersionAsync(patient);
            await enough.CancelAsync();
            var receipts = await asking;

            Assert.NotEmpty(receipts);
            foreach (var acknowledged in receipts.Append(receipt))
            {
                var page = await patient.GetAsync(acknowledged.StatusPath);
                Assert.Contains(acknowledged.Reference, page.Main, StringComparison.Ordinal);
            }

            using var third = await RealSite.StartAsync(Settings("third", database));
            using (var withThird = await Nginx.StartAsync(second.Address, third.Address))
            using (var other = OpenAsBrowser(withThird))
            {
                third.Suspend();

                // By default, nginx waits for a minute.
                other.Client.Timeout = TimeSpan.FromSeconds(45);
                await AssertAnswersWithoutOneAsync(other);
            }

            second.Dispose();
            var down = await patient.GetAsync("/clinics");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, down.Status);
            Assert.Contains("try again in a minute", down.Text, StringComparison.Ordinal);
        }
        finally
        {
            PostgreSqlServer.Drop(database);
        }
    }

    [Fact]
    public void Roll_OfInstances_WaitsForEachAndGoesBackAtOneThatIsNotReady()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var (programs, current) = (Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName, Path.Combine(_folder, "current"));
        var version = Path.Combine(_folder, "2.1.0");
        WriteProgram(Path.Combine(Directory.CreateDirectory(version).FullName, "PhysioSite"), "");
        WriteProgram(Path.Combine(programs, "systemctl"), "echo \"$2\" >> \"$LOG\"\n[ \"$2\" != physiosite@5085 ]");
        WriteProgram(Path.Combine(programs, "sleep"), "[ \"$1\" = 1 ] || echo \"sleep $1\" >> \"$LOG\"");

        // An instance is ready at the second request, unless it is 5083.
        WriteProgram(Path.Combine(programs, "curl"), """
            port=$(expr "$*" : '.*127.0.0.1:\([0-9]*\)/healthz/ready')
            [ "$port" != 5083 ] && [ -e "$LOG.$port" ] && echo "ready $port" >> "$LOG" && exit
            touch "$LOG.$port"
            exit 22
            """);

        File.CreateSymbolicLink(current, "2.0.0");
        Assert.Null(Roll(version, "5081", "5082"));
        Assert.Equal(["physiosite@5081", "ready 5081", "sleep 6", "physiosite@5082", "ready 5082"], Log());
        Assert.Equal(version, new FileInfo(current).LinkTarget);

        // The instance gets its version again, and so would every other one that is started.
        AssertGoesBack("5083");
        AssertGoesBack("5085");

        string[][] wrong = [[], [version], ["2.1.0", "5081"], ["5081", version]];
        Assert.All(wrong, arguments => Assert.StartsWith("Usage: roll.sh", Roll(arguments), StringComparison.Ordinal));
        Assert.StartsWith("There is no program in", Roll(_folder, "5081"), StringComparison.Ordinal);
        Assert.Empty(Log());

        void AssertGoesBack(string port)
        {
            File.Delete(current);
            File.CreateSymbolicLink(current, "2.0.0");
            Assert.Contains($"physiosite@{port} is not ready", Roll(version, port, "5084"), StringComparison.Ordinal);
            Assert.Equal([$"physiosite@{port}", $"physiosite@{port}"], Log());
            Assert.Equal("2.0.0", new FileInfo(current).LinkTarget);
        }

        // What the programs have done since it was read.
        string[] Log()
        {
            var log = Path.Combine(_folder, "log");
            var lines = File.Exists(log) ? File.ReadAllLines(log) : [];
            File.Delete(log);
            return lines;
        }

        string? Roll(params string[] arguments) => ChildProcess.Run(
            "env",
            [
                $"PATH={programs}:/usr/bin:/bin", $"LOG={_folder}/log", $"CURRENT={current}", "sh", Path.Combine(Files, "roll.sh"),
                .. arguments,
            ]);
    }

    [Fact]
    public void Unit_OfAnInstance_IsUnderstoodBySystemd()
    {
        const string verify = "/usr/bin/systemd-analyze";
        var unit = File.ReadAllText(Path.Combine(Files, "physiosite@.service"));
        Assert.Contains("Environment=Data__Folder=/var/lib/physiosite/%i\n", unit, StringComparison.Ordinal);
        if (File.Exists(verify))
        {
            // The program and its folder need not be there.
            var instance = Path.Combine(_folder, "physiosite@5081.service");
            File.WriteAllText(instance, Regex.Replace(unit, "/opt/physiosite/current(/PhysioSite)?", "/usr/bin/env"));
            Assert.Null(ChildProcess.Run(verify, "verify", instance));
        }
    }

    [Fact]
    public void Compose_OfTheContainers_IsYamlWithAReadOnlyRootAndTheDocumentedUpstream()
    {
        var yaml = new YamlStream();
        using (var reader = File.OpenText(Path.Combine(Files, "compose.yml")))
        {
            yaml.Load(reader);
        }

        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        Assert.Equal("true", root["x-site"]["read_only"].ToString());
        var services = (YamlMappingNode)root["services"];
        var upstream = root["configs"]["upstream"]["content"].ToString();
        var sites = services.Children.Keys.Select(name => name.ToString())
            .Where(name => name.StartsWith("site", StringComparison.Ordinal)).ToList();
        Assert.All(
            sites, name => Assert.Contains($"server {name}:8080 max_fails=1 fail_timeout=5s;", upstream, StringComparison.Ordinal));
        var addresses = sites.Select(name => services[name]["networks"]["site"]["ipv4_address"].ToString()).ToList();
        Assert.Distinct(addresses);
        var subnet = IPNetwork.Parse(root["networks"]["site"]["ipam"]["config"][0]["subnet"].ToString());
        Assert.All(addresses, address => Assert.True(subnet.Contains(IPAddress.Parse(address)), address));
        var documented = File.ReadAllText(Path.Combine(Files, "upstream.conf"));
        var connection = new NpgsqlConnectionStringBuilder(root["x-site"]["environment"]["Database__ConnectionString"].ToString());
        Assert.Equal(GssEncryptionMode.Disable, connection.GssEncryptionMode);
        Assert.All(
            upstream.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => !line.StartsWith("server ", StringComparison.Ordinal)),
            line => Assert.Contains(line, documented, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dockerfile_OfTheSite_CopiesAllFilesThatTheProgramIsBuiltFrom()
    {
        var copied = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile")), @"(?m)^COPY (?!--)(\S+) ")
            .Select(match => Path.GetFullPath(match.Groups[1].Value, Repository.Root)).ToList();
        var start = new ProcessStartInfo(
            SiteProgram.Dotnet,
            [
                "msbuild", Path.Combine(Repository.Root, "src", "PhysioSite"), "-nodeReuse:false",
                "-getItem:Compile,Content,EditorConfigFiles,EmbeddedResource,None",
                "-getProperty:DirectoryBuildPropsPath,DirectoryPackagesPropsPath",
            ]);
        var output = new ConcurrentQueue<string>();
        using var evaluation = ChildProcess.Start(start, output.Enqueue);
        Assert.Equal(0, await evaluation.ExitAsync(CancellationToken.None));

        using var project = JsonDocument.Parse(string.Join('\n', output));
        var files = project.RootElement.GetProperty("Items").EnumerateObject()
            .SelectMany(type => type.Value.EnumerateArray().Select(item => item.GetProperty("FullPath").GetString()!))
            .Concat(project.RootElement.GetProperty("Properties").EnumerateObject().Select(property => property.Value.GetString()!))
            .ToList();
        Assert.Contains(Path.Combine(Repository.Root, "src", "PhysioSite", "Program.cs"), files);
        Assert.Contains(Path.Combine(Repository.ContentPath, "site.yml"), files);
        Assert.All(files, file => Assert.Contains(copied, path => file.StartsWith(path, StringComparison.Ordinal)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void WriteProgram(string file, string script)
    {
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static async Task AssertServesAsync(Browser browser)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/clinics")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var page = await browser.Client.SendAsync(ask);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.True(page.Headers.Contains("Strict-Transport-Security"), "The site knows that the browser uses HTTPS.");
        var style = (await browser.GetAsync("/clinics")).Page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!;
        Assert.Matches(@"\.[0-9a-z]{10}\.css$", style);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(style)).Status);
        Assert.Equal("""{"status":"Healthy"}""", await browser.Client.GetStringAsync("/healthz/ready"));
        using var large = new StringContent(new string('x', 300_000));
        using var refused = await browser.Client.PostAsync("/request-appointment", large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal("nginx", refused.Headers.Server.ToString());

        // The site does not compress what it answers to requests for an unknown host.
        using var unknown = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "other.example" } };
        unknown.Headers.AcceptEncoding.ParseAdd("gzip");
        using var asSent = await browser.Client.SendAsync(unknown);
        Assert.Equal(HttpStatusCode.BadRequest, asSent.StatusCode);
        Assert.Empty(asSent.Content.Headers.ContentEncoding);
    }

    /// <summary>One of two instances accepts connections and does not answer.</summary>
    private static async Task AssertAnswersWithoutOneAsync(Browser browser)
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => browser.GetAsync("/clinics")));
        Assert.All(pages, page => Assert.Equal(HttpStatusCode.OK, page.Status));
    }

    private static async Task AssertServesFilesOfAnotherVersionAsync(Browser browser)
    {
        var gone = await browser.GetAsync("/site.0123456789.css");
        Assert.Equal(HttpStatusCode.OK, gone.Status);
        Assert.Equal((await browser.GetAsync("/site.css")).Text, gone.Text);
        Assert.Equal("no-cache", gone.Response.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/unknown.0123456789.css")).Status);
    }

    private static Browser OpenAsBrowser(Nginx nginx)
    {
        var browser = nginx.Open();
        browser.Client.DefaultRequestHeaders.Add("Origin", $"https://{Nginx.Host}");
        browser.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return browser;
    }

    private static async Task<List<Receipt>> AskUntilAsync(Nginx nginx, CancellationToken enough)
    {
        var receipts = new List<Receipt>();
        using var browser = OpenAsBrowser(nginx);
        while (!enough.IsCancellationRequested)
        {
            receipts.Add(await browser.AskAsync());
        }

        return receipts;
    }

    private Dictionary<string, string> Settings(string folder, string database) => new()
    {
        ["Data:Folder"] = Path.Combine(_folder, folder),
        ["Database:Provider"] = "PostgreSql",
        ["Database:ConnectionString"] = database,
        ["Data:KeyCertificate"] = TestCertificates.KeyFile,
        ["Site:PublicOrigin"] = $"https://{Nginx.Host}",
        ["RateLimits:FormsPerTenMinutes"] = "100000",
    };
}

/// <summary>A test that requires nginx and PostgreSQL. Without them it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DeploymentFactAttribute : FactAttribute
{
    public DeploymentFactAttribute()
    {
        Skip = Nginx.WhyNot ?? PostgreSqlServer.WhyNot;
    }
}
