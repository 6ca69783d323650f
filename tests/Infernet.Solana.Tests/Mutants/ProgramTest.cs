using System.Reflection;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Infernet.Solana.Tests.Mutants;

/// <summary>A test of the program, as one that can be run against another build of it.</summary>
internal sealed class ProgramTest
{
    private readonly Test _test;
    private readonly Test _fixture;

    private ProgramTest(Test test)
    {
        _test = test;
        ITest above = test;
        while (above is not TestFixture)
        {
            above = above.Parent ?? throw new InvalidOperationException($"{test.FullName} has no fixture.");
        }

        _fixture = (TestFixture)above;
        Name = $"{_fixture.Name}.{test.Name}";
    }

    public string Name { get; }

    /// <summary>Tests of one fixture can share its set-up.</summary>
    public string Fixture => _fixture.FullName;

    /// <summary>All tests that run the program, but for the histories.</summary>
    public static IReadOnlyList<ProgramTest> FindAll()
    {
        string space = $"{nameof(Infernet)}.{nameof(Solana)}.{nameof(Tests)}.{nameof(Settlement)}";
        ITest all = new NUnit.Framework.Api.DefaultTestAssemblyBuilder().Build(
            typeof(ProgramTest).Assembly, new Dictionary<string, object>());
        return
        [
            .. Leaves(all).OfType<TestMethod>()
                .Where(t => t.ClassName!.StartsWith(space, StringComparison.Ordinal))
                .Select(t => new ProgramTest(t)),
        ];
    }

    /// <summary>Which of these tests of one fixture fails first; null when all of them pass.</summary>
    public static async Task<ProgramTest?> FirstFailureAsync(IReadOnlyList<ProgramTest> tests)
    {
        // What fails in there is no failure of the test that runs now.
        using var apart = new TestExecutionContext.IsolatedContext();
        Test fixture = tests[0]._fixture;
        object instance = fixture.TypeInfo!.Construct(fixture.Arguments);
        ProgramTest running = tests[0];
        try
        {
            await CallMarkedAsync<OneTimeSetUpAttribute>(instance);
            foreach (ProgramTest test in tests)
            {
                running = test;
                await CallAsync(test._test.Method!.MethodInfo, instance, test._test.Arguments);
            }

            // On a failure there is nothing to take down but the shared ledger, which begins anew for the next.
            await CallMarkedAsync<OneTimeTearDownAttribute>(instance);
            return null;
        }
        catch (Exception)
        {
            return running;
        }
    }

    private static async Task CallMarkedAsync<TAttribute>(object instance)
        where TAttribute : Attribute
    {
        foreach (MethodInfo method in instance.GetType().GetMethods().Where(m => m.IsDefined(typeof(TAttribute))))
        {
            await CallAsync(method, instance, []);
        }
    }

    private static async Task CallAsync(MethodInfo method, object instance, object?[] arguments)
    {
        if (method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null) is Task task)
        {
            await task;
        }
    }

    private static IEnumerable<ITest> Leaves(ITest test) => test.HasChildren ? test.Tests.SelectMany(Leaves) : [test];
}
