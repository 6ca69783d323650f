using System.Text;
using Infernet.Core.Jobs;

namespace Infernet.Core.Tests.Jobs;

[TestFixture]
public sealed class JobSpecificationReaderTests
{
    private const string Peer = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    [TestCase("""{"inputs":["a"]}""", "model", "must name a model")]
    [TestCase("""{"model":"","inputs":["a"]}""", "model", "must name a model")]
    [TestCase("""{"model":7,"inputs":["a"]}""", "model", "must be a text, is a number")]
    [TestCase("""{"model":"m"}""", "inputs", "must be a list of 1 to")]
    [TestCase("""{"model":"m","inputs":[]}""", "inputs", "must be a list of 1 to")]
    [TestCase("""{"model":"m","inputs":"a"}""", "inputs", "must be a list of 1 to")]
    [TestCase("""{"model":"m","inputs":[7]}""", "inputs[0]", "must be an object, is a number")]
    [TestCase("""{"model":"m","inputs":[""]}""", "inputs[0]", "must have 1 to")]
    [TestCase("""{"model":"m","inputs":["a"],"kind":"poem"}""", "kind", "must be chat, completion or embedding")]
    [TestCase("""{"model":"m","inputs":["a"],"tokens":5}""", "tokens", "is not known here; known are")]
    [TestCase("""{"model":"m","inputs":["a"],"model":"n"}""", "model", "is given twice")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"temperature":2.5}}""", "sampling.temperature", "from 0 to 2")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"temperature":"hot"}}""", "sampling.temperature", "must be a number")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"top_p":0}}""", "sampling.top_p", "must be a number from")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"seed":-1}}""", "sampling.seed", "must be a whole number")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"max_tokens":0}}""", "sampling.max_tokens", "must be a whole number")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"stop":"x"}}""", "sampling.stop", "must be a list of texts")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"stop":[""]}}""", "sampling.stop", "1 to")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":[]}""", "sampling", "must be an object, is a list")]
    [TestCase("""{"model":"m","inputs":["a"],"sharding":{"min_providers":0}}""", "sharding.min_providers", "from 1")]
    [TestCase("""{"model":"m","inputs":["a"],"sharding":{"min_providers":3,"max_providers":2}}""", "sharding.max_providers", "at least min_providers")]
    [TestCase("""{"model":"m","inputs":["a"],"sharding":{"max_attempts":21}}""", "sharding.max_attempts", "from 1 to 20")]
    [TestCase("""{"model":"m","inputs":["a"],"requirements":{"peers":["me"]}}""", "requirements.peers", "")]
    [TestCase("""{"model":"m","inputs":["a"],"requirements":{"gpu_memory_gib":-1}}""", "requirements.gpu_memory_gib", "must be a number")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"seed":"any"}}""", "sampling.seed", "or none")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"maybe"}}""", "verification.mode", "must be tolerant, exact")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"audit_rate":1.1}}""", "verification.audit_rate", "from 0 to 1")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"none","audit_rate":0.5}}""", "verification.audit_rate", "leave it out")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","audit_rate":0.5}}""", "verification.audit_rate", "leave it out")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"copies":3}}""", "verification.copies", "set mode: redundant")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"compare":"bytes"}}""", "verification.compare", "set mode: redundant")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","copies":1}}""", "verification.copies", "from 2 to 9")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","copies":10}}""", "verification.copies", "from 2 to 9")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","compare":"eyes"}}""", "verification.compare", "bytes, numbers or command")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","tolerance":0.1}}""", "verification.tolerance", "compare: numbers")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","compare":"numbers","tolerance":-1}}""", "verification.tolerance", "from 0 to 1")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","compare":"command"}}""", "verification.command", "the program and its arguments")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","compare":"command","command":"sh"}}""", "verification.command", "must be a list of texts")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","command":["x"]}}""", "verification.command", "compare: command")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant","copies":3},"sharding":{"max_providers":2}}""", "sharding.max_providers", "verification.copies")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"mode":"redundant"},"sampling":{"seed":"none","temperature":1}}""", "verification.compare", "must be command or numbers")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"seed":"none","temperature":1}}""", "sampling.seed", "redundant with compare command")]
    [TestCase("""{"model":"m","inputs":["a"],"verification":{"minutes":3}}""", "verification.minutes", "is not known here")]
    [TestCase("""{"model":"m","inputs":["a"],"deadline":"soon"}""", "deadline", "such as 90s, 10m or 2h")]
    [TestCase("""{"model":"m","inputs":["a"],"deadline":0}""", "deadline", "such as 90s, 10m or 2h")]
    [TestCase("""{"model":"m","inputs":["a"],"deadline":"31d"}""", "deadline", "such as 90s, 10m or 2h")]
    [TestCase("""{"model":"m","inputs":["a"],"token_budget":0}""", "token_budget", "must be a whole number")]
    [TestCase("""{"model":"m","inputs":["a"],"escrow":"yes"}""", "escrow", "must be true or false")]
    [TestCase("""{"model":"m","kind":"completion","inputs":["a",{"messages":[{"role":"user","content":"x"}]}]}""", "inputs[1].messages", "use kind chat")]
    public void ReadJson_FieldThatIsWrong_IsNamedWithWhatWouldBeRight(string json, string field, string message)
    {
        SpecificationException refused = Refused(json);
        Assert.That(
            refused.Errors,
            Has.Some.Matches<SpecificationError>(e =>
                e!.Field.StartsWith(field, StringComparison.Ordinal) && e.Message.Contains(message, StringComparison.Ordinal)),
            refused.Message);
    }

    [Test]
    public void ReadJson_SeveralMistakes_AreAllReported()
    {
        SpecificationException refused = Refused("""{"model":"m","inputs":[7],"deadline":"x","sampling":{"top_k":-1}}""");
        Assert.That(
            refused.Errors.Select(e => e.Field),
            Is.SupersetOf(new[] { "inputs[0]", "deadline", "sampling.top_k" }));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("{\"model\":\"m\",}")]
    [TestCase("\0")]
    public void ReadJson_NoJson_SaysWhereItBreaksOff(string json) =>
        Assert.That(Refused(json).Message, Does.Contain("line 1"));

    [Test]
    public void ReadJson_EveryField_IsTaken()
    {
        JobSpecification job = JobSpecificationReader.ReadJson(Encoding.UTF8.GetBytes($$"""
            {
              "kind": "completion", "model": "tiny", "inputs": ["a", {"id": "second", "prompt": "b"}],
              "sampling": {"temperature": 0.5, "top_k": 40, "top_p": 0.9, "min_p": 0.05, "seed": 18446744073709551615,
                           "max_tokens": 16, "stop": ["\n"]},
              "sharding": {"shard_size": 4, "max_providers": 9, "min_providers": 2, "max_attempts": 5},
              "requirements": {"gpu_memory_gib": 24, "context_length": 4096, "peers": ["{{Peer}}"]},
              "deadline": "10m", "token_budget": 1000, "escrow": true
            }
            """));
        Assert.Multiple(() =>
        {
            Assert.That(job.Kind, Is.EqualTo(JobKind.Completion));
            Assert.That(job.Inputs[1], Is.EqualTo(new JobInput { Id = "second", Prompt = "b" }));
            Assert.That(job.Sampling.Seed, Is.EqualTo(ulong.MaxValue));
            Assert.That(job.Sampling.Stop, Is.EqualTo(new[] { "\n" }));
            Assert.That(job.Sharding, Is.EqualTo(
                new ShardingSpecification { ShardSize = 4, MaxProviders = 9, MinProviders = 2, MaxAttempts = 5 }));
            Assert.That(job.Requirements.Peers, Is.EqualTo(new[] { Peer }));
            Assert.That(job.Deadline, Is.EqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(job.TokenBudget, Is.EqualTo(1000));
            Assert.That(job.Escrow, Is.True);
        });
    }

    [TestCase("""{"model":"m","inputs":["a"]}""", OutputComparison.Bytes)]
    [TestCase("""{"model":"m","kind":"embedding","inputs":["a"]}""", OutputComparison.Numbers)]
    [TestCase("""{"model":"m","kind":"embedding","inputs":["a"],"verification":{"mode":"redundant"}}""", OutputComparison.Numbers)]
    [TestCase("""{"model":"m","kind":"embedding","inputs":["a"],"verification":{"mode":"redundant","compare":"bytes"}}""", OutputComparison.Bytes)]
    public void ReadJson_Comparison_SuitsTheKindUnlessGiven(string json, OutputComparison comparison) => Assert.That(
        JobSpecificationReader.ReadJson(Encoding.UTF8.GetBytes(json)).Verification.Compare, Is.EqualTo(comparison));

    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"seed":"none"}}""")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"seed":"none","temperature":1},"verification":{"mode":"none"}}""")]
    [TestCase("""{"model":"m","inputs":["a"],"sampling":{"seed":"none","temperature":1},"verification":{"mode":"redundant","compare":"numbers"}}""")]
    public void ReadJson_NoSeed_IsTakenWhereNothingRestsOnIt(string json) => Assert.That(
        JobSpecificationReader.ReadJson(Encoding.UTF8.GetBytes(json)).Sampling.Seed, Is.Null);

    [Test]
    public void ReadYaml_SameFields_MeanTheSame()
    {
        JobSpecification job = JobSpecificationReader.ReadYaml("""
            # What CI asks
            model: tiny
            kind: completion
            inputs:
              - What is the capital of France?
              - {id: second, prompt: "7"}
            sampling:
              temperature: 0.5
              max_tokens: 16
            deadline: 90
            """);
        Assert.Multiple(() =>
        {
            Assert.That(job.Inputs.Select(i => i.Prompt), Is.EqualTo(new[] { "What is the capital of France?", "7" }));
            Assert.That(job.Sampling.Temperature, Is.EqualTo(0.5f));
            Assert.That(job.Deadline, Is.EqualTo(TimeSpan.FromSeconds(90)));
        });
    }

    [TestCase("model: [", "YAML")]
    [TestCase("a: &x 1\nb: *x", "aliases")]
    [TestCase("model: m\nmodel: n\ninputs: [a]", "")]
    public void ReadYaml_NoYaml_SaysWhere(string yaml, string message) =>
        Assert.That(
            () => JobSpecificationReader.ReadYaml(yaml),
            Throws.TypeOf<SpecificationException>().With.Message.Contains(message));

    [Test]
    public void ReadYaml_NestedTooDeep_IsRefused()
    {
        string yaml = string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200));
        Assert.That(() => JobSpecificationReader.ReadYaml(yaml), Throws.TypeOf<SpecificationException>());
    }

    [Test]
    public void Read_AnyBytes_GiveASpecificationOrAReason()
    {
        var random = new Random(20260101);
        byte[] good = Encoding.UTF8.GetBytes("""{"model":"m","inputs":["a",{"messages":[{"role":"user","content":"x"}]}]}""");
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Try(() => JobSpecificationReader.ReadJson(bytes));
            Try(() => JobSpecificationReader.ReadYaml(Encoding.Latin1.GetString(bytes)));
        }
    }

    private static void Try(Func<JobSpecification> read)
    {
        try
        {
            _ = read();
        }
        catch (SpecificationException)
        {
            // A reason is what bad bytes should get.
        }
    }

    private static SpecificationException Refused(string json) =>
        Assert.Throws<SpecificationException>(() => JobSpecificationReader.ReadJson(Encoding.UTF8.GetBytes(json)))!;
}
