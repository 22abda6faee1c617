namespace PhysioSite.Faults.Scenarios;

/// <summary>Corrupts the file of one clinic and deletes that of another, while the site reloads its content on change.</summary>
internal sealed class ContentBroken : Scenario
{
    private const int Posts = 30;
    private const int Connections = 5;
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(20);

    public override string Name => "content-broken";

    public override bool IsShort => false;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        var content = Path.Combine(trial.Folder, "content");
        Copy(Repository.ContentPath, content);
        trial.Settings["Content__Folder"] = content;
        // Content is reloaded on change only in Development.
        trial.Settings["ASPNETCORE_ENVIRONMENT"] = "Development";
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Posts, Connections, stop);

        var madison = Path.Combine(content, "clinics", "madison.md");
        var good = await File.ReadAllTextAsync(madison, stop);
        await ReplaceAsync(madison, good.Replace("timeZone:", "timeZone: Nowhere/", StringComparison.Ordinal), stop);
        File.Delete(Path.Combine(content, "clinics", "boston.md"));
        trial.Injected = 2;
        using var client = new HttpClient { BaseAddress = trial.Address };
        if (!await HealthIsAsync(client, "\"content\":{\"status\":\"Degraded\"", stop))
        {
            trial.Problems.Add("health does not say that the content is degraded");
        }

        await trial.ConcurrentPatients.AskAsync(Posts, Connections, stop);
        await ReplaceAsync(madison, good, stop);
        File.Copy(Path.Combine(Repository.ContentPath, "clinics", "boston.md"), Path.Combine(content, "clinics", "boston.md"));
        if (!await HealthIsAsync(client, "\"content\":{\"status\":\"Healthy\"", stop))
        {
            trial.Problems.Add("health does not say that the content is well again");
        }

        await trial.ConcurrentPatients.AskAsync(Posts, Connections, stop);
        trial.Recovery = "was never away";
    }

    private static Task<bool> HealthIsAsync(HttpClient client, string says, CancellationToken stop) => Trial.BecomesAsync(
        async () => (await client.GetStringAsync("/healthz/ready", stop)).Contains(says, StringComparison.Ordinal), Noticed, stop);

    /// <summary>Writes a temporary file and renames it, as editors do.</summary>
    private static async Task ReplaceAsync(string file, string text, CancellationToken stop)
    {
        await File.WriteAllTextAsync(file + ".draft", text, stop);
        File.Move(file + ".draft", file, overwrite: true);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
