using BenchmarkDotNet.Running;
using PhysioSite.Benchmarks;

if (args is ["write-gate"])
{
    await WriteGateLoad.RunAsync();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(NearestClinicBenchmarks).Assembly).Run(args);
}
