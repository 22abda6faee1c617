using System.Runtime.CompilerServices;

namespace PhysioSite.BrowserTests;

internal static class TestRun
{
    [ModuleInitializer]
    internal static void Begin() => TemporaryFiles.KeepInMemory();
}
