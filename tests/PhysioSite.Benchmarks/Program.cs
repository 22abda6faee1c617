using BenchmarkDotNet.Running;
using PhysioSite.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(NearestClinicBenchmarks).Assembly).Run(args);
