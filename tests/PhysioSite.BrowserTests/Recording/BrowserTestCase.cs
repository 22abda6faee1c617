using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace PhysioSite.BrowserTests.Recording;

/// <summary>Makes the tests of <see cref="BrowserFactAttribute"/> test cases that keep what a failed test saw.</summary>
public sealed class BrowserFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new BrowserTestCase(
            DiagnosticMessageSink,
            discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod);
}

/// <summary>
/// The same for <see cref="BrowserTheoryAttribute"/>, one test case for each row. A theory whose data cannot be serialized has one test
/// case for all rows, which keeps nothing.
/// </summary>
public sealed class BrowserTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute, object[] dataRow) =>
    [
        new BrowserTestCase(
            DiagnosticMessageSink,
            discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod,
            dataRow),
    ];
}

/// <summary>
/// xunit tells no test whether it failed, so the runner of this test case tells the fixture, before the class is disposed.
/// </summary>
public sealed class BrowserTestCase : XunitTestCase
{
    [Obsolete("For deserialization only.")]
    public BrowserTestCase()
    {
    }

    public BrowserTestCase(
        IMessageSink diagnostics,
        TestMethodDisplay display,
        TestMethodDisplayOptions displayOptions,
        ITestMethod method,
        object[]? arguments = null)
        : base(diagnostics, display, displayOptions, method, arguments)
    {
    }

    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) =>
        new CaseRunner(
            this, DisplayName, SkipReason, constructorArguments, TestMethodArguments, messageBus, aggregator, cancellationTokenSource)
            .RunAsync();

    private sealed class CaseRunner(
        IXunitTestCase testCase,
        string displayName,
        string skipReason,
        object[] constructorArguments,
        object[] arguments,
        IMessageBus messages,
        ExceptionAggregator exceptions,
        CancellationTokenSource cancellation)
        : XunitTestCaseRunner(testCase, displayName, skipReason, constructorArguments, arguments, messages, exceptions, cancellation)
    {
        protected override XunitTestRunner CreateTestRunner(
            ITest test,
            IMessageBus messageBus,
            Type testClass,
            object[] constructorArguments,
            MethodInfo testMethod,
            object[] testMethodArguments,
            string skipReason,
            IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
            ExceptionAggregator aggregator,
            CancellationTokenSource cancellationTokenSource) =>
            new TestRunner(
                test,
                messageBus,
                testClass,
                constructorArguments,
                testMethod,
                testMethodArguments,
                skipReason,
                beforeAfterAttributes,
                aggregator,
                cancellationTokenSource);
    }

    private sealed class TestRunner(
        ITest test,
        IMessageBus messages,
        Type testClass,
        object[] constructorArguments,
        MethodInfo method,
        object[] arguments,
        string skipReason,
        IReadOnlyList<BeforeAfterTestAttribute> attributes,
        ExceptionAggregator exceptions,
        CancellationTokenSource cancellation)
        : XunitTestRunner(
            test, messages, testClass, constructorArguments, method, arguments, skipReason, attributes, exceptions, cancellation)
    {
        protected override Task<decimal> InvokeTestMethodAsync(ExceptionAggregator aggregator) =>
            new Invoker(
                Test,
                MessageBus,
                TestClass,
                ConstructorArguments,
                TestMethod,
                TestMethodArguments,
                BeforeAfterAttributes,
                aggregator,
                CancellationTokenSource)
                .RunAsync();
    }

    private sealed class Invoker(
        ITest test,
        IMessageBus messages,
        Type testClass,
        object[] constructorArguments,
        MethodInfo method,
        object[] arguments,
        IReadOnlyList<BeforeAfterTestAttribute> attributes,
        ExceptionAggregator exceptions,
        CancellationTokenSource cancellation)
        : XunitTestInvoker(test, messages, testClass, constructorArguments, method, arguments, attributes, exceptions, cancellation)
    {
        protected override async Task<decimal> InvokeTestMethodAsync(object testClassInstance)
        {
            var seconds = await base.InvokeTestMethodAsync(testClassInstance);
            foreach (var fixture in ConstructorArguments.OfType<IRecordsPages>())
            {
                await (Aggregator.HasExceptions ? fixture.Pages.KeepAsync(Test.DisplayName) : fixture.Pages.DiscardAsync(Test.DisplayName));
            }

            return seconds;
        }
    }
}
