using System.Security.Cryptography;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Tests.Payments.Contracts;

[TestFixture(false)]
[TestFixture(true)]
public sealed class StakeDeskTests(bool tokens) : PaymentFixture(tokens)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Evidence = SHA256.HashData("a case"u8);

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("infernet-committee-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Stake_FromNothingAndBack_IsShownBeforeAndAfter()
    {
        StakeView none = await _bench.Stakes.StatusAsync(null, default);
        Assert.That((none.Registered, none.Tiers.Count, none.Tiers[3].JobsAtOnce), Is.EqualTo((false, 4, (uint?)null)));

        StakeChange asked = await _bench.Stakes.AddAsync(2_000, dryRun: true, default);
        Assert.That((asked.After, asked.Spend.Transaction), Is.EqualTo(((StakeView?)null, (string?)null)));
        Assert.That(_bench.Locked, Is.Zero);

        StakeChange added = await _bench.Stakes.AddAsync(2_000, dryRun: false, default);
        Assert.That((added.After!.Staked, added.After.Tier, added.After.JobsAtOnce), Is.EqualTo((2_000ul, 2, (uint?)3)));
        Assert.That(added.After.ForThisNode, Is.True);
        foreach (SpendPart part in added.Spend.Parts)
        {
            Assert.That(part.Balance - part.BalanceAfter, Is.EqualTo(part.Amount), part.Asset.Symbol);
        }

        StakeChange begun = await _bench.Stakes.BeginUnstakeAsync(1_500, dryRun: false, default);
        Assert.That(
            (begun.After!.Staked, begun.After.Pending, begun.After.Tier, begun.After.JobsAtOnce),
            Is.EqualTo((500ul, 1_500ul, 0, (uint?)0)));
        Assert.That(begun.After.UnlockAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(_chain.Now + 7_200)));

        PaymentException early = await FailsAsync(() => _bench.Stakes.WithdrawAsync(dryRun: false, default));
        Assert.That(early.Code, Is.EqualTo(PaymentCodes.Refused));
        Assert.That(early.Message, Does.Contain($"{begun.After.UnlockAt:u}"));

        await _chain.AdvanceAsync(7_200);
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        StakeChange back = await _bench.Stakes.WithdrawAsync(dryRun: false, default);
        Assert.That((back.After!.Pending, back.After.Staked), Is.EqualTo((0ul, 500ul)));
        ulong fee = _tokens ? 0 : back.Spend.Fee;
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.EqualTo(before + 1_500 - fee));
        Assert.That((await FailsAsync(() => _bench.Stakes.WithdrawAsync(true, default))).Code,
            Is.EqualTo(PaymentCodes.ContractUnknown));
    }

    [Test]
    public async Task Stake_AddedTwiceAtTheSameMoment_TheSecondSeesWhatTheFirstDid()
    {
        var atTheFirst = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Wire.Rule = async (method, _, through) =>
        {
            if (method == "simulateTransaction" && atTheFirst.TrySetResult())
            {
                await goOn.Task;
            }

            return await through();
        };
        Task<StakeChange> first = _bench.Stakes.AddAsync(1_000, dryRun: false, default);
        await atTheFirst.Task.WaitAsync(Limit);
        Task<StakeChange> second = _bench.Stakes.AddAsync(1_000, dryRun: false, default);
        Task<StakeChange> preview = _bench.Stakes.AddAsync(1_000, dryRun: true, default);
        Assert.That(second.IsCompleted, Is.False);
        goOn.SetResult();
        Assert.That((await first.WaitAsync(Limit)).Before.Staked, Is.Zero);
        Assert.That((await second.WaitAsync(Limit)).Before.Staked, Is.EqualTo(1_000));
        Assert.That((await preview.WaitAsync(Limit)).Before.Staked, Is.EqualTo(2_000));
    }

    [Test]
    public async Task Stake_BelowTheLowestTier_IsRefusedWithWhatIsMissing()
    {
        PaymentException small = await FailsAsync(() => _bench.Stakes.AddAsync(999, dryRun: false, default));
        Assert.That(small.Code, Is.EqualTo(PaymentCodes.Dust));
        Assert.That(small.Message, Does.Contain(_bench.Wallet.Address.ToString()));
        Assert.That(_bench.Locked, Is.Zero);
    }

    [Test]
    public async Task Unstake_OfMoreThanThereIs_IsRefused() => Assert.That(
        (await FailsAsync(() => _bench.Stakes.BeginUnstakeAsync(1, dryRun: false, default))).Code,
        Is.EqualTo(PaymentCodes.ContractUnknown));

    [Test]
    public async Task JobsAtOnce_FollowTheTier()
    {
        Assert.That(await _bench.Stakes.JobsAtOnceAsync(default), Is.Zero);
        await _bench.Stakes.AddAsync(1_000, dryRun: false, default);
        Assert.That(await _bench.Stakes.JobsAtOnceAsync(default), Is.EqualTo(1));
        await _bench.Stakes.AddAsync(3_000, dryRun: false, default);
        Assert.That(await _bench.Stakes.JobsAtOnceAsync(default), Is.EqualTo(uint.MaxValue), "the highest tier has no limit");
    }

    [Test]
    public async Task Slash_ByEnoughOfTheCommittee_TakesAlsoWhatCoolsDown()
    {
        await _bench.Stakes.AddAsync(2_000, dryRun: false, default);
        await _bench.Stakes.BeginUnstakeAsync(1_900, dryRun: false, default);
        AttestationSubject subject = await _bench.Slashes.SubjectAsync("slash", _bench.Wallet.Address.ToString(), default);
        Assert.That((subject.Most, subject.Threshold), Is.EqualTo((2_000ul, 2)));
        AttestationView[] both = [Attest(subject, 1_200, 0), Attest(subject, 1_200, 2)];

        Assert.That((await _bench.Slashes.SubmitAsync(both, dryRun: true, default)).After, Is.Null);
        StakeChange slashed = await _bench.Slashes.SubmitAsync(both, dryRun: false, default);
        Assert.That(slashed.Before.Slashed, Is.Zero);
        Assert.That(
            (slashed.After!.Slashed, slashed.After.Staked + slashed.After.Pending), Is.EqualTo((1_200ul, 800ul)));
        PaymentException again = await FailsAsync(() => _bench.Slashes.SubmitAsync(both, dryRun: false, default));
        Assert.That(again.Code, Is.EqualTo(PaymentCodes.Attestation));
        Assert.That(again.Message, Does.Contain("that occasion is over"));
    }

    [Test]
    public async Task Slash_OfANodeThatRegisteredAnew_TakesAgain()
    {
        for (int i = 0; i < 2; i++)
        {
            await _bench.Stakes.AddAsync(2_000, dryRun: false, default);
            AttestationSubject subject = await _bench.Slashes.SubjectAsync(
                "slash", _bench.Wallet.Address.ToString(), default);
            AttestationView[] both = [Attest(subject, 500, 0), Attest(subject, 500, 1)];
            StakeChange slashed = await _bench.Slashes.SubmitAsync(both, dryRun: false, default);
            Assert.That((slashed.After!.Slashed, slashed.After.Staked), Is.EqualTo((500ul, 1_500ul)));
            await _bench.Stakes.BeginUnstakeAsync(1_500, dryRun: false, default);
            await _chain.AdvanceAsync(7_200);
            StakeChange gone = await _bench.Stakes.WithdrawAsync(dryRun: false, default);
            Assert.That(gone.After!.Registered, Is.False);
        }
    }

    [Test]
    public async Task Slash_WithWhatDoesNotHold_IsRefusedBeforeItCosts()
    {
        await _bench.Stakes.AddAsync(2_000, dryRun: false, default);
        AttestationSubject subject = await _bench.Slashes.SubjectAsync("slash", _bench.Wallet.Address.ToString(), default);
        AttestationView good = Attest(subject, 100, 0), other = Attest(subject, 101, 1), fine = Attest(subject, 100, 1);
        string stranger = _chain.NewKey().Address.ToString();
        (AttestationView[] Views, string Reason)[] wrong =
        [
            ([], "no attestation"),
            ([good], "2 must"),
            ([good, null!], "one is empty"),
            ([.. Enumerable.Repeat(good, 11)], "10 at most"),
            ([good, good], "2 must"),
            ([good, other], "something else"),
            ([good, fine with { Signature = good.Signature }], "does not hold"),
            ([good, fine with { Signer = stranger }], "nobody of the committee"),
            ([good, fine with { Signature = "00" }], "64 bytes"),
            ([good, fine with { Evidence = new string('z', 64) }], "32 bytes"),
            ([good with { Action = "burn" }, fine], "no action"),
            ([good with { Action = "release" }, fine], "release"),
            ([good with { Program = stranger }, fine], "under"),
        ];
        ulong locked = _bench.Locked;
        foreach ((AttestationView[] views, string reason) in wrong)
        {
            PaymentException refused = await FailsAsync(() => _bench.Slashes.SubmitAsync(views, dryRun: false, default));
            Assert.That(refused.Code, Is.EqualTo(PaymentCodes.Attestation), reason);
            Assert.That(refused.Message, Does.Contain(reason));
        }

        Assert.That(_bench.Locked, Is.EqualTo(locked));
    }

    [Test]
    public async Task Attestation_ByAStranger_OrOfTooMuch_IsNotMade()
    {
        await _bench.Stakes.AddAsync(1_000, dryRun: false, default);
        AttestationSubject subject = await _bench.Slashes.SubjectAsync("slash", _bench.Wallet.Address.ToString(), default);
        string file = Path.Combine(_folder, "stranger.json");
        WalletFile.Create(file);
        Refused(() => CommitteeAttestation.Sign(subject, Evidence, 5, file, null), PaymentCodes.Attestation);
        Refused(() => Attest(subject, 1_001, 0), PaymentCodes.Attestation);
        Refused(() => Attest(subject, 0, 1), PaymentCodes.Attestation);
        Assert.That(
            () => CommitteeAttestation.Sign(subject, Evidence, 5, Path.Combine(_folder, "none.json"), null),
            Throws.InstanceOf<ApiException>());
    }

    // The setting wallet_passphrase is for the wallet; the member's key beside it may be sealed by it, or not at all.
    [Test]
    public async Task Attestation_WithThePassphraseOfAWallet_IsMadeByAKeyThatIsNotSealed([Values] bool sealedKey)
    {
        await _bench.Stakes.AddAsync(1_000, dryRun: false, default);
        AttestationSubject subject = await _bench.Slashes.SubjectAsync("slash", _bench.Wallet.Address.ToString(), default);
        string file = Path.Combine(_folder, "member.json");
        WalletFile.Import(file, KeyFileText(_chain.Committee[0]), sealedKey ? "a secret" : null);
        AttestationView made = CommitteeAttestation.Sign(subject, Evidence, 5, file, "a secret");
        Assert.That(made.Signer, Is.EqualTo(_chain.Committee[0].Address.ToString()));
    }

    // Nodes are the committee by their identities; a dispute is signed for by the same key.
    [Test]
    public async Task Attestation_ByANodesIdentity_IsMade([Values] bool sealedKey)
    {
        await _bench.Stakes.AddAsync(1_000, dryRun: false, default);
        string file = Path.Combine(_folder, "identity.key");
        NodeIdentity identity = KeyFile.Create(file, sealedKey ? "a secret" : null);
        AttestationSubject subject =
            (await _bench.Slashes.SubjectAsync("slash", _bench.Wallet.Address.ToString(), default)) with
            {
                Committee = [new Address(identity.PublicKey).ToString()],
            };
        AttestationView made = CommitteeAttestation.Sign(subject, Evidence, 5, file, "a secret");
        Assert.That(made.Signer, Is.EqualTo(subject.Committee[0]));
        File.WriteAllText(file = Path.Combine(_folder, "broken.key"), "nothing");
        Assert.That(
            () => CommitteeAttestation.Sign(subject, Evidence, 5, file, null), Throws.InstanceOf<ApiException>());
    }

    [Test]
    public async Task Subject_ThatIsNotThere_IsNamed()
    {
        string nobody = _chain.NewKey().Address.ToString();
        foreach (string action in (string[])["slash", "release"])
        {
            PaymentException unknown = await FailsAsync(() => _bench.Slashes.SubjectAsync(action, nobody, default));
            Assert.That(unknown.Code, Is.EqualTo(PaymentCodes.ContractUnknown));
            Assert.That(unknown.Message, Does.Contain(nobody));
        }
    }

    private AttestationView Attest(AttestationSubject subject, ulong amount, int member)
    {
        string file = Path.Combine(_folder, $"{member}-{amount}.json");
        if (!File.Exists(file))
        {
            WalletFile.Import(file, KeyFileText(_chain.Committee[member]));
        }

        return CommitteeAttestation.Sign(subject, Evidence, amount, file, null);
    }

    // The Solana CLI's format is seed and public key; the committee's seeds come from the chain's generator.
    private static string KeyFileText(SolanaKey key)
    {
        var random = new Random(20260102);
        for (int i = 0; i < 64; i++)
        {
            byte[] seed = new byte[32];
            random.NextBytes(seed);
            var found = NodeIdentity.FromSeed(seed);
            if (found.PublicKey.SequenceEqual(key.Address.Span))
            {
                return $"[{string.Join(',', seed.Concat(found.PublicKey.ToArray()))}]";
            }
        }

        throw new InvalidOperationException("The committee's keys are not the chain's first ones.");
    }

    private static void Refused(Action act, string code) => Assert.That(
        act, Throws.InstanceOf<PaymentException>().With.Property(nameof(PaymentException.Code)).EqualTo(code));

    private static async Task<PaymentException> FailsAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<PaymentException>(() => act()))!;
}
