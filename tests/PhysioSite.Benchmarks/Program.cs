using System.Globalization;
using BenchmarkDotNet.Running;
using PhysioSite.Benchmarks;
using PhysioSite.Benchmarks.Growth;
using PhysioSite.Benchmarks.Load;
using PhysioSite.Data.Providers;

if (args is ["write-gate"])
{
    await WriteGateLoad.RunAsync();
}
else if (args is ["pages", .. var rest])
{
    await PageLoad.RunAsync(rest is [var rounds] ? int.Parse(rounds, CultureInfo.InvariantCulture) : 5);
}
else if (args is ["forms", .. var options])
{
    await FormLoad.RunAsync(2000, options.Contains("email-down"));
}
else if (args is ["start", .. var starts])
{
    await StartTime.RunAsync(starts is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 7);
}
else if (args is ["growth", .. var growth])
{
    await GrowthLoad.RunAsync(
        growth.Where(option => option != "postgresql").Select(option => int.Parse(option, CultureInfo.InvariantCulture))
            .FirstOrDefault(200_000),
        growth.Contains("postgresql") ? DatabaseProvider.PostgreSql : DatabaseProvider.Sqlite);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(NearestClinicBenchmarks).Assembly).Run(args);
}
