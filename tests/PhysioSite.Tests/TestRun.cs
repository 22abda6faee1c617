using System.Runtime.CompilerServices;

namespace PhysioSite.Tests;

internal static class TestRun
{
    [ModuleInitializer]
    internal static void Begin() => TemporaryFiles.KeepInMemory();
}
