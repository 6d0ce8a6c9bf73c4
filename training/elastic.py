"""Elastic finetuning: teaches copies of a checkpoint's feed-forward layers to work with few of their experts.

The checkpoint itself is frozen and is the teacher: with all experts the model says what it always said, to the bit.
Where fewer experts run, a layer uses weights of its own (elastic weights), which begin as the checkpoint's (or as
--elastic's) and learn by distillation to say what the checkpoint says. Every step trains two passes: the decoder
with few experts chosen by sentence plans, and either the decoder again or the encoder, by token or hot-first. The
numbers of experts are drawn anew (sandwich training, Yu & Huang 2019, without the full pass, which is the frozen
teacher). Experts are chosen as in serving; the choice has no gradient. Routers and gates learn beside it to predict
what each expert would contribute.

The checkpoint's neurons must already lie expert by expert (`./sluice model moefy --cut-only` writes them so):
expert e of a layer is the block of F/N neurons from e*F/N. That partition is kept.

    elastic.py --model MODEL --data ../shared/data --base ../shared/training --out OUT.safetensors --minutes 60

With --upper K a run trains the upper set: weights, routers and means of layers that run more than K experts, which
begin as those of another run's state (--begin), drawn from half of the experts and more and, under hot-first and
plans, with both halves of the network at once. With --lower it trains the set beside that one on. In both the first
pass takes turns between plans and token routing. With --distilled the checkpoint's own translations are trained on
beside the references.

MODEL is a folder with model.safetensors and sentencepiece.model. State goes to OUT.safetensors.state every few
minutes; the same command continues from it. See training/README.md.
"""
import argparse, gzip, json, os, random, shutil, struct, sys, time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('--model', required=True, help='folder with model.safetensors')
parser.add_argument('--sentencepiece', help='default: sentencepiece.model in the model folder')
parser.add_argument('--data', required=True, help='folder with multi30k, software, tatoeba')
parser.add_argument('--base', required=True, help='folder with model.py, augment.py, templates.py, bleu.py, st.py')
parser.add_argument('--out', required=True, help='safetensors file to write')
parser.add_argument('--minutes', type=float, default=60, help='length of the schedule, over all runs together')
parser.add_argument('--rate', type=float, default=4e-4, help='peak learning rate')
parser.add_argument('--experts', type=int, default=32)
parser.add_argument('--encoder-experts', type=int, default=32)
parser.add_argument('--plans', type=int, default=8)
parser.add_argument('--tokens', type=int, default=5000, help='padded tokens in a batch')
parser.add_argument('--float32', action='store_true', help='no bf16 autocast (CPU without avx512_bf16)')
parser.add_argument('--elastic', help='folder of a model finetuned before, in the same order of neurons: '
                    'elastic weights begin as its feed-forward weights; default: the checkpoint\'s')
parser.add_argument('--upper', type=int, default=0, help='train the set of weights for more than this many experts')
parser.add_argument('--lower', action='store_true', help='train the set of weights for few experts, beside an upper one')
parser.add_argument('--emphasis', default='', help='parts of the training data to be seen more often, such as '
                    'software/train=3')
parser.add_argument('--distilled', help='folder of the checkpoint\'s own translations of training data, such as '
                    'software/train.en-de.gz: they are seen beside the references, and beside the distance the most '
                    'probable word of the checkpoint is learnt, not the reference\'s')
parser.add_argument('--begin', help='state of another run, whose weights, routers, plans and means this one begins with')
parser.add_argument('--export', help='only export: folder of an expert bundle to write from the saved state')
parser.add_argument('--evaluate', default='', help='only evaluate: comma-separated settings such as token:16')
args = parser.parse_args()

sys.path.insert(0, args.base)
import torch
import torch.nn as nn
import torch.nn.functional as F
import sentencepiece
import model as base
from augment import augment, token as random_token
from bleu import bleu
import templates
from st import load as load_safetensors

torch.set_num_threads(int(os.environ.get('THREADS', '2')))
torch.manual_seed(7)
random.seed(7)
PAD, EOS, UNK = base.PAD, base.EOS, base.UNK
pieces = sentencepiece.SentencePieceProcessor(
    model_file=args.sentencepiece or os.path.join(args.model, 'sentencepiece.model'))
PIECES = pieces.get_piece_size()
LANGUAGE = {'en': PIECES + 1, 'de': PIECES + 2}
base.Cfg.vocab = PIECES + 3
base.Cfg.drop = 0.0  # the teacher and the frozen encoder say the same in every pass
LEVELS = [args.experts * i // 32 for i in (4, 8, 12, 16, 20, 24, 28)]
ENCODER_LEVELS = [args.encoder_experts * i // 32 for i in (4, 8, 12, 16, 20, 24, 28)]


def encode(text):
    return [i + 1 if i >= 3 else UNK for i in pieces.encode(text)]


def decode(ids):
    return pieces.decode([i - 1 for i in ids if 4 <= i <= PIECES])


def lines(name):
    with gzip.open(os.path.join(args.data, name + '.gz'), 'rt', encoding='utf8') as file:
        return file.read().split('\n')[:-1]


# ---------------------------------------------------------------------------------------------- experts
class Budget:
    """What a pass may run: experts of a layer, and how they are chosen. None: all."""

    def __init__(self, decoder=None, encoder=None, mode='token'):
        self.decoder, self.encoder, self.mode = decoder, encoder, mode


FULL = Budget()


class ExpertFeedForward(nn.Module):
    """Elastic weights, router, plans and means of one feed-forward layer."""

    def __init__(self, width, hidden, experts, levels, plans):
        super().__init__()
        self.experts, self.size, self.levels = experts, hidden // experts, levels
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.inner = nn.Linear(width, 64)
        self.outer = nn.Linear(64, experts)
        self.register_buffer('scale', torch.ones(()))
        # mean activation of a neuron: while the router skips its expert at a level; over all tokens
        self.register_buffer('mean', torch.zeros(len(levels), hidden))
        self.register_buffer('average', torch.zeros(hidden))
        if plans:
            self.gate = nn.Linear(3 * width, plans)
            self.register_buffer('order', torch.arange(experts).repeat(plans, 1))  # rank of each expert
            self.register_buffer('plan_mean', torch.zeros(plans, hidden))  # over the tokens of a plan
        self.loss = 0.0
        self.learn = False

    def scores(self, x):
        return self.outer(torch.tanh(self.inner(x)))

    def contributions(self, a):
        """Norm of each expert's output, its mean taken away: (tokens, experts)."""
        blocks = self.fc2.weight.float().view(-1, self.experts, self.size).permute(1, 0, 2)  # N, D, s
        gram = blocks.transpose(1, 2) @ blocks  # N, s, s
        d = (a.float() - self.average).reshape(-1, self.experts, self.size).transpose(0, 1)  # N, T, s
        return ((d @ gram) * d).sum(-1).clamp_min(1e-12).sqrt().t()  # T, N

    def level(self, k):
        return min(range(len(self.levels)), key=lambda i: abs(self.levels[i] - k))

    @torch.no_grad()
    def observe(self, a, plan, valid):
        """Follows the means; returns the contribution of each expert at each token, the mean expert's being 1."""
        flat = a[valid]
        if plan is not None:
            rows = plan[:, None].expand_as(valid)[valid]
            sums = torch.zeros_like(self.plan_mean).index_add_(0, rows, flat.float())
            count = rows.bincount(minlength=len(sums))
            seen = count > 50
            now = sums[seen] / count[seen, None]
            self.plan_mean[seen] = torch.lerp(self.plan_mean[seen], now, torch.where(
                self.plan_mean[seen].any(-1, keepdim=True), 0.05, 1.0))
        self.average.lerp_(flat.float().mean(0), 0.01 if self.average.any() else 1.0)
        target = self.contributions(flat)
        self.scale.lerp_(target.mean(), 0.05 if self.scale != 1 else 1.0)
        return target / self.scale

    def forward(self, h, fc1, fc2, k, plan, valid):
        """h (B, T, D); fc1, fc2 of the checkpoint; k: number or None; plan: None (token), (B) plan of each row,
        or 'static'; valid (B, T)."""
        if self.learn:
            self.contribution = target = self.observe(
                F.relu(self.fc1(h)), plan if torch.is_tensor(plan) else None, valid)
            score = self.scores(h[valid].detach()).float()
            self.loss = F.smooth_l1_loss(score, target.sqrt()) + 0.1 * F.cross_entropy(
                2 * score, F.normalize(target.square(), p=1, dim=-1))
        if k is None or k >= self.experts:
            return fc2(F.relu(fc1(h)))
        a = F.relu(self.fc1(h))
        if isinstance(plan, str):
            first = k * self.size
            return F.linear(a[..., :first], self.fc2.weight[:, :first], self.fc2.bias) + (
                self.average[first:] @ self.fc2.weight[:, first:].t()).to(a.dtype)
        with torch.no_grad():
            if plan is None:
                score = self.scores(h)
                chosen = torch.zeros_like(score).scatter_(-1, score.topk(k, -1).indices, 1.0)
            else:
                chosen = (self.order[plan] < k).to(a.dtype)[:, None, :].expand(*a.shape[:2], self.experts)
            mask = chosen.to(a.dtype).repeat_interleave(self.size, -1)
            slot = self.mean[self.level(k)] if plan is None else self.plan_mean[plan][:, None, :]
            if self.training and plan is None:
                skipped = (1 - mask[valid]).float()
                count = skipped.sum(0)
                now = (a[valid].float() * skipped).sum(0) / count.clamp_min(1)
                seen = count > 20
                slot[seen] = torch.lerp(slot[seen], now[seen], 0.02 if slot.any() else 1.0)
        return self.fc2(mask * a + (1 - mask) * slot.to(a.dtype))


class EncoderLayer(base.EL):
    def forward(self, x, mask, budget, valid):
        h = self.self_attn_layer_norm(x)
        k, v = self.self_attn.kv(h)
        x = x + self.self_attn(h, k, v, mask)
        return x + self.experts(
            self.final_layer_norm(x), self.fc1, self.fc2, budget.encoder, None if budget.mode == 'token' else 'static', valid)


class DecoderLayer(base.DL):
    def forward(self, x, causal, mk, mv, mask, budget, plan, valid, cache=None):
        h = self.self_attn_layer_norm(x)
        k, v = self.self_attn.kv(h)
        if cache is not None:
            if cache[0] is not None:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[0], cache[1] = k, v
        x = x + self.self_attn(h, k, v, causal)
        h = self.encoder_attn_layer_norm(x)
        x = x + self.encoder_attn(h, mk, mv, mask)
        return x + self.experts(self.final_layer_norm(x), self.fc1, self.fc2, budget.decoder, plan, valid)


class Elastic(base.NMT):
    """The network of model.py with experts."""

    def __init__(self):
        super().__init__()
        c = self.c
        for layer in self.model.encoder.layers:
            layer.__class__ = EncoderLayer
            layer.experts = ExpertFeedForward(c.d, c.enc_ffn, args.encoder_experts, ENCODER_LEVELS, 0)
        for layer in self.model.decoder.layers:
            layer.__class__ = DecoderLayer
            layer.experts = ExpertFeedForward(c.d, c.dec_ffn, args.experts, LEVELS, args.plans)

    def blocks(self):
        return [l.experts for l in [*self.model.encoder.layers, *self.model.decoder.layers]]

    def encode(self, source, budget=FULL):
        valid = source != PAD
        mask = (~valid)[:, None, None, :].float() * -1e9
        x = self.emb(source)
        for layer in self.model.encoder.layers:
            x = layer(x, mask, budget, valid)
        return self.model.encoder.layer_norm(x), mask

    def features(self, encoded, mask, language):
        """Mean and maximum of a row's encoder states, embedding of its target language: (B, 3D)."""
        valid = (mask[:, 0, 0, :] == 0)[..., None].to(encoded.dtype)
        mean = (encoded * valid).sum(1) / valid.sum(1)
        top = encoded.masked_fill(valid == 0, -1e4).max(1).values
        side = self.model.shared(language) * self.c.d ** 0.5
        return torch.cat([mean, top, side.to(encoded.dtype)], -1)

    def gates(self, features):
        """Score of each plan, summed over the decoder layers: (B, plans)."""
        return sum(layer.experts.gate(features).float() for layer in self.model.decoder.layers)

    def plans(self, features):
        """One plan for all decoder layers of a sentence."""
        return self.gates(features).argmax(-1)

    def decode(self, target, memory, mask, offset=0, cache=None, budget=FULL, plans=None):
        length = target.shape[1]
        causal = None if cache is not None and length == 1 else torch.full((length, length), -1e9).triu(1)
        x = self.emb(target, offset)
        valid = target != PAD
        plan = {'token': None, 'sentence': plans, 'static': 'static'}[budget.mode]
        for i, layer in enumerate(self.model.decoder.layers):
            x = layer(x, causal, memory[i][0], memory[i][1], mask, budget, plan, valid,
                      None if cache is None else cache[i])
        return self.model.decoder.layer_norm(x)

    @torch.no_grad()
    def greedy(self, source, language, budget=FULL, longest=128):
        encoded, mask = self.encode(source, budget)
        memory, rows = self.mem(encoded), source.shape[0]
        plans = self.plans(self.features(encoded, mask, torch.full((rows,), language)))
        y = torch.tensor([[EOS, language]] * rows)
        cache = [[None, None] for _ in self.model.decoder.layers]
        h = self.decode(y, memory, mask, 0, cache, budget, plans)
        done, out, position = torch.zeros(rows, dtype=torch.bool), [], 2
        limit = min(longest, int(source.shape[1] * 1.6) + 10)
        while True:
            following = self.logits(h[:, -1]).argmax(-1)
            following[done] = PAD
            out.append(following)
            done |= following == EOS
            position += 1
            if done.all() or len(out) >= limit:
                break
            h = self.decode(following[:, None], memory, mask, position - 1, cache, budget, plans)
        return torch.stack(out, 1)


# ------------------------------------------------------------------------------------------------- data
TRAIN = ('tatoeba/train', 'multi30k/train', 'software/train')
TEMPLATES = 20000


def training_pairs():
    """English, German and whether it is to be translated that way: references both ways, then what the checkpoint
    made of either side."""
    emphasis = dict(one.split('=') for one in args.emphasis.split(',') if one)
    if not set(emphasis) <= set(TRAIN):
        parser.error(f'--emphasis knows {", ".join(TRAIN)}')
    pairs, made_some = [], False
    for name in TRAIN:
        both = list(zip(lines(name + '.en'), lines(name + '.de')))
        found = [(english, german, forward) for forward in (True, False) for english, german in both]
        for forward, way in ((True, '.en-de'), (False, '.de-en')):
            path = os.path.join(args.distilled or '', name + way + '.gz')
            if args.distilled and os.path.exists(path):
                with gzip.open(path, 'rt', encoding='utf8') as file:
                    made = [line.rstrip('\n') for line in file]
                made_some = True
                found += [(english, other, True) if forward else (other, german, False)
                          for (english, german), other in zip(both, made)]
        pairs += found * int(emphasis.get(name, 1))
    if args.distilled and not made_some:
        parser.error(f'--distilled {args.distilled}: no software/train.en-de.gz or the like there; '
                     'training/distil.sh writes them')
    return pairs


def examples(pairs):
    """One pass: each pair once, freshly augmented, as the base checkpoint was trained. What is put beside a pair is
    made for the same direction."""
    ways = {way: [pair[:2] for pair in pairs if pair[2] == way] for way in (True, False)}
    order = list(range(len(pairs))) + [-1] * (2 * TEMPLATES)
    random.shuffle(order)
    for j in order:
        if j < 0:
            (english, german), forward = templates.pair(random_token), random.random() < 0.5
        else:
            english, german, forward = pairs[j]
        english, german = augment(english, german, lambda: random.choice(ways[forward]))
        source, target = (english, german) if forward else (german, english)
        source, target = encode(source), encode(target)
        longest, shortest = max(len(source), len(target)), min(len(source), len(target))
        if shortest == 0 or longest > 150 or longest > 3 * shortest + 8:
            continue
        yield (source, target, 'en', 'de') if forward else (source, target, 'de', 'en')


def batches(pairs):
    def cut(chunk):
        chunk.sort(key=lambda x: (len(x[1]), len(x[0])))
        found, current, s, t = [], [], 0, 0
        for x in chunk:
            a, b = len(x[0]) + 2, len(x[1]) + 3
            if current and (max(s, a) + max(t, b)) * (len(current) + 1) > args.tokens:
                found.append(current)
                current, s, t = [], 0, 0
            current.append(x)
            s, t = max(s, a), max(t, b)
        found.append(current)
        random.shuffle(found)
        return found

    while True:
        chunk = []
        for x in examples(pairs):
            chunk.append(x)
            if len(chunk) == 20000:
                yield from cut(chunk)
                chunk = []
        yield from cut(chunk)


def padded(rows):
    width = max(map(len, rows))
    return torch.tensor([row + [PAD] * (width - len(row)) for row in rows])


def tensors(batch):
    return (padded([[LANGUAGE[s]] + a + [EOS] for a, _, s, _ in batch]),
            padded([[EOS, LANGUAGE[t]] + b for _, b, _, t in batch]),
            padded([[LANGUAGE[t]] + b + [EOS] for _, b, _, t in batch]),
            torch.tensor([LANGUAGE[t] for _, _, _, t in batch]))


# --------------------------------------------------------------------------------------------- training
def learning(blocks, value):
    for block in blocks:
        block.learn = value


@torch.no_grad()
def teach(net, inputs, memory, mask, selected):
    """Log-probabilities of the frozen checkpoint."""
    return F.log_softmax(net.logits(net.decode(inputs, memory, mask)[selected]).float(), -1)


def few_pass(net, memory, mask, plans, inputs, selected, teacher, outputs, budget):
    """Distance to the teacher, and a little of the references or of its most probable words; the distance alone."""
    h = net.decode(inputs, memory, mask, budget=budget, plans=plans)
    log_p = F.log_softmax(net.logits(h[selected]).float(), -1)
    distance = F.kl_div(log_p, teacher, log_target=True, reduction='batchmean')
    words = teacher.argmax(-1) if args.distilled else outputs[selected]
    return distance + 0.1 * F.nll_loss(log_p, words), distance


def draw_second(step, drawn, drawn_encoder):
    """What the second pass of a step runs, and its name: an only set teaches the two halves of the network apart, one
    of two mostly together, as serving runs them."""
    k, encoder = random.choice(drawn), random.choice(drawn_encoder)
    if not (args.upper or args.lower):
        if step % 2 == 1:
            mode = 'token' if step % 4 == 3 else 'static'
            return 'encoder ' + mode, Budget(None, encoder, mode)
        mode = random.choice(('token', 'token', 'sentence', 'static'))
        return mode, Budget(k, None, mode)
    if step % 4 == 0:
        return 'token', Budget(k, None, 'token')
    if step % 4 == 1:
        mode = random.choice(('static', 'static', 'sentence'))
        return 'both ' + mode, Budget(k, encoder, mode)
    if step % 4 == 2:
        return 'encoder token', Budget(None, encoder, 'token')
    mode = random.choice(('token', 'static', 'encoder static'))
    if mode == 'encoder static':
        return mode, Budget(None, encoder, 'static')
    return mode, Budget(k, None, mode)


def worths(net, sums):
    """Share of a sentence's contribution in each plan's first eighth, quarter and half: (sentences, plans)."""
    total = 0.0
    for layer, one in zip(net.model.decoder.layers, sums):
        order, n = layer.experts.order, layer.experts.experts
        total = total + sum(one @ (order < n * f // 8).float().t() for f in (1, 2, 4))
    return total


def sentence_sums(net, inputs):
    """Contribution of each expert over a sentence, shares of the layer's: one (sentences, experts) a layer."""
    rows = (inputs != PAD).nonzero()[:, 0]
    found = []
    for layer in net.model.decoder.layers:
        c = layer.experts.contribution.square()
        found.append(F.normalize(torch.zeros(len(inputs), c.shape[1]).index_add_(0, rows, c), p=1, dim=-1))
    return found


def set_plans(net, pairs):
    """Plans: clusters of sentences by what their experts contribute in all decoder layers; each is an order of
    the experts of every layer. The gates are fitted to each plan's worth by ridge regression."""
    net.eval()
    blocks = [layer.experts for layer in net.model.decoder.layers]
    source_batches = []
    for batch in batches(pairs):
        source_batches.append(batch)
        if sum(map(len, source_batches)) > 6000:
            break
    learning(blocks, True)
    with torch.no_grad(), torch.autocast('cpu', dtype=torch.bfloat16, enabled=not args.float32):
        for turn in range(2):  # the first round finds the means
            sums, features = [], []
            for batch in source_batches[:len(source_batches) if turn else 10]:
                source, inputs, outputs, language = tensors(batch)
                encoded, mask = net.encode(source)
                net.decode(inputs, net.mem(encoded), mask)
                sums.append(sentence_sums(net, inputs))
                features.append(net.features(encoded, mask, language).float())
    learning(blocks, False)
    features = torch.cat(features)
    sums = [torch.cat([one[i] for one in sums]) for i in range(len(blocks))]
    generator = torch.Generator().manual_seed(11)
    together = torch.cat(sums, -1).sqrt()
    centres = together[torch.randperm(len(together), generator=generator)[:args.plans]].clone()
    for _ in range(30):
        nearest = torch.cdist(together, centres).argmin(-1)
        for p in range(args.plans):
            if (nearest == p).any():
                centres[p] = together[nearest == p].mean(0)
    for _ in range(20):  # then by worth
        for block, one in zip(blocks, sums):
            for p in range(args.plans):
                if (nearest == p).any():
                    block.order[p] = one[nearest == p].mean(0).argsort(-1, descending=True).argsort(-1)
        nearest = worths(net, sums).argmax(-1)
    x = torch.cat([features, torch.ones(len(features), 1)], -1)
    square = x.t() @ x + 1e-2 * len(x) * torch.eye(x.shape[1]) * x.square().mean()
    for block, one in zip(blocks, sums):
        target = sum(one @ (block.order < block.experts * f // 8).float().t() for f in (1, 2, 4))
        solution = 20 * torch.linalg.solve(square, x.t() @ (target - target.mean()))
        block.gate.weight.data.copy_(solution[:-1].t())
        block.gate.bias.data.copy_(solution[-1])
    best, chosen = worths(net, sums).max(-1), worths(net, sums).gather(1, net.plans(features)[:, None])
    print('plans: sentences of each', nearest.bincount(minlength=args.plans).tolist(), 'worth of the best '
          f'{best.values.mean() / len(blocks):.3f}, of the chosen {chosen.mean() / len(blocks):.3f}', flush=True)


def save(path, net):
    """The standard names only, as the dense checkpoint has them."""
    write_safetensors(path, {k: v for k, v in net.items() if '.experts.' not in k and not k.startswith('pos')})


def write_safetensors(path, state):
    head, offset, blobs = {'__metadata__': {'format': 'pt'}}, 0, []
    for name, value in state.items():
        blob = value.float().contiguous().numpy().tobytes()
        head[name] = {'dtype': 'F32', 'shape': list(value.shape), 'data_offsets': [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(head, separators=(',', ':')).encode()
    text += b' ' * ((8 - len(text) % 8) % 8)
    with open(path + '.tmp', 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(blobs))
    os.replace(path + '.tmp', path)


def export(net, folder):
    """An expert bundle, or the upper set of one that is there, with the routers, plans and means of the training;
    `model moefy --keep-partition --keep-plans` fits better ones to it."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(args.model):
        if name.endswith('.json') or name in ('sentencepiece.model', 'README.md'):
            shutil.copy(os.path.join(args.model, name), folder)
    with open(os.path.join(folder, 'config.json')) as file:
        config = json.load(file)
    config['sluice_experts'] = {
        'decoder': args.experts, 'encoder': args.encoder_experts, 'always': 0, 'levels': LEVELS,
        'encoder_levels': ENCODER_LEVELS, 'gate_width': 64, 'plans': args.plans}
    if args.upper:
        config['sluice_experts']['upper'] = args.upper
    with open(os.path.join(folder, 'config.json'), 'w') as file:
        json.dump(config, file, indent=2)
    save(os.path.join(folder, 'model.safetensors'), net.state_dict())
    tensors = {}
    for half, layers in (('encoder', net.model.encoder.layers), ('decoder', net.model.decoder.layers)):
        for i, layer in enumerate(layers):
            block, prefix = layer.experts, f'{half}.layers.{i}.'
            for name, part in (('inner', block.inner), ('outer', block.outer)):
                tensors[prefix + f'router.{name}.weight'] = part.weight.detach()
                tensors[prefix + f'router.{name}.bias'] = part.bias.detach()
            tensors[prefix + 'mean'] = block.average
            tensors[prefix + 'skipped_mean'] = block.mean
            if half == 'decoder':
                tensors[prefix + 'plan.order'] = block.order.argsort(-1)
                tensors[prefix + 'plan.gate.weight'] = block.gate.weight.detach()
                tensors[prefix + 'plan.gate.bias'] = block.gate.bias.detach()
                tensors[prefix + 'plan.mean'] = block.plan_mean
            for name, part in (('fc1', block.fc1), ('fc2', block.fc2)):
                tensors[prefix + f'elastic.{name}.weight'] = part.weight.detach()
                tensors[prefix + f'elastic.{name}.bias'] = part.bias.detach()
    name = 'experts-upper.safetensors' if args.upper else 'experts.safetensors'
    write_safetensors(os.path.join(folder, name), tensors)


# ------------------------------------------------------------------------------------------- evaluation
LOOKED_AT = (24, 16) if args.upper else (8, 4) if args.lower else (16, 8, 4)  # of 32
SETTINGS = [('all', FULL)] + [(f'{m} {k}', Budget(args.experts * k // 32, None, m))
                              for m in ('token', 'sentence', 'static') for k in LOOKED_AT] + [
    (f'encoder {m} {k}', Budget(None, args.encoder_experts * k // 32, m)) for m in ('token', 'static')
    for k in LOOKED_AT[:2]] + [
    (f'both {m} {k}', Budget(args.experts * k // 32, args.encoder_experts * k // 32, m))
    for m in ('sentence', 'static') for k in LOOKED_AT[:2] if args.upper or args.lower]


def validation(limit):
    found = []
    for name in ('multi30k/val', 'tatoeba/val', 'software/val'):
        found += [(encode(a), encode(b), 'en', 'de') for a, b in
                  list(zip(lines(name + '.en'), lines(name + '.de')))[:limit]]
    return [x for x in found if x[0] and x[1] and len(x[0]) < 100 and len(x[1]) < 100]


@torch.no_grad()
def cross_entropies(net, held_out):
    """Teacher-forced nats a token and token flips against all experts, for each setting."""
    net.eval()
    held_out = sorted(held_out, key=lambda x: len(x[1]))
    totals, flips, count = [0.0] * len(SETTINGS), [0] * len(SETTINGS), 0
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=not args.float32):
        for at in range(0, len(held_out), 64):
            source, inputs, outputs, language = tensors(held_out[at:at + 64])
            selected = outputs != PAD
            count += int(selected.sum())
            for i, (_, budget) in enumerate(SETTINGS):
                encoded, mask = net.encode(source, budget)
                plans = net.plans(net.features(encoded, mask, language))
                h = net.decode(inputs, net.mem(encoded), mask, budget=budget, plans=plans)
                logits = net.logits(h[selected]).float()
                totals[i] += F.cross_entropy(logits, outputs[selected], reduction='sum').item()
                best = logits.argmax(-1)
                if i == 0:
                    dense = best
                flips[i] += int((best != dense).sum())
    net.train()
    return '  '.join(f'{name} {t / count:.3f}/{100 * f / count:.1f}%'
                     for (name, _), t, f in zip(SETTINGS, totals, flips))


@torch.no_grad()
def score(net, budget, limit=10**9):
    """BLEU en-de, greedy, on the three test sets."""
    net.eval()
    found = []
    for name in ('multi30k/test_2016_flickr', 'tatoeba/test', 'software/test'):
        sources, references = lines(name + '.en')[:limit], lines(name + '.de')[:limit]
        order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
        texts = [''] * len(sources)
        for at in range(0, len(order), 100):
            rows = order[at:at + 100]
            y = net.greedy(padded([[LANGUAGE['en']] + encode(sources[i])[:250] + [EOS] for i in rows]),
                           LANGUAGE['de'], budget)
            for i, ids in zip(rows, y.tolist()):
                texts[i] = decode(ids[:ids.index(EOS)] if EOS in ids else ids)
        found.append(bleu(texts, references))
    net.train()
    return found


# ------------------------------------------------------------------------------------------------- main
@torch.no_grad()
def begin(net):
    """Elastic weights begin as the checkpoint's, or as those of --elastic seen through the checkpoint's norm."""
    other = load_safetensors(os.path.join(args.elastic or args.model, 'model.safetensors'))
    for half, layers in (('encoder', net.model.encoder.layers), ('decoder', net.model.decoder.layers)):
        for i, layer in enumerate(layers):
            name = f'model.{half}.layers.{i}.'
            norm = layer.final_layer_norm
            gain = other[name + 'final_layer_norm.weight'].float() / norm.weight
            shift = other[name + 'final_layer_norm.bias'].float() - gain * norm.bias
            w1 = other[name + 'fc1.weight'].float()
            layer.experts.fc1.weight.copy_(w1 * gain)
            layer.experts.fc1.bias.copy_(other[name + 'fc1.bias'].float() + w1 @ shift)
            layer.experts.fc2.weight.copy_(other[name + 'fc2.weight'])
            layer.experts.fc2.bias.copy_(other[name + 'fc2.bias'])


def main():
    pairs = training_pairs()
    held_out = validation(250)
    net = Elastic()
    net.load_state_dict(load_safetensors(os.path.join(args.model, 'model.safetensors')), strict=False)
    begin(net)
    names = {n for n, _ in net.named_parameters() if '.experts.' in n}
    weights = [p for n, p in net.named_parameters() if n in names and '.fc' in n]
    routers = [p for n, p in net.named_parameters() if n in names and '.fc' not in n]
    for n, p in net.named_parameters():
        p.requires_grad_(n in names)
    optimizer = torch.optim.Adam([{'params': weights, 'router': False}, {'params': routers, 'router': True}],
                                 1e-3, betas=(0.9, 0.98))
    elapsed, step = 0.0, 0
    state_file = args.out + '.state'
    if os.path.exists(state_file):
        state = torch.load(state_file)
        net.load_state_dict(state['net'])
        optimizer.load_state_dict(state['optimizer'])
        average, elapsed, step = state['average'], state['elapsed'], state['step']
        random.seed(1000 + step)
        torch.manual_seed(1000 + step)
        print(f'continues at step {step}, {elapsed / 60:.0f} min', flush=True)
    else:
        if args.begin:
            net.load_state_dict(torch.load(args.begin)['average'])
        else:
            set_plans(net, pairs)
        average = {k: v.clone() for k, v in net.state_dict().items()}
    if args.export:
        net.load_state_dict(average)
        export(net, args.export)
        return
    if args.evaluate:
        net.load_state_dict(average)
        for one in args.evaluate.split(','):
            mode, _, k = one.partition(':')
            budget = FULL if mode == 'all' else Budget(
                None, int(k), mode[8:]) if mode.startswith('encoder-') else Budget(int(k), None, mode)
            print(one, ['%.2f' % b for b in score(net, budget)], flush=True)
        return
    encoders = [layer.experts for layer in net.model.encoder.layers]
    decoders = [layer.experts for layer in net.model.decoder.layers]
    parts = ((3, 4, 4, 4, 4, 4, 5, 6) if args.upper else (1, 1, 2, 2, 2) if args.lower
             else (1, 2, 2, 2, 3, 4, 4, 4, 5, 6))  # eighths
    drawn = [args.experts * part // 8 for part in parts]
    drawn_encoder = [args.encoder_experts * part // 8 for part in (
        parts if args.upper else (1, 2, 2, 2) if args.lower else (1, 2, 2, 3, 4))]
    frozen = 0 if args.begin else 100  # steps in which only routers, gates and means learn
    last, saved, sums, tokens = time.time(), time.time(), {}, 0
    evaluated = 0.0
    log = open(args.out + '.log', 'a')

    def say(text):
        print(text, flush=True)
        print(text, file=log, flush=True)

    net.train()
    for batch in batches(pairs):
        began = time.time()
        share = elapsed / (args.minutes * 60)
        if share >= 1:
            break
        rate = args.rate * min(1.0, (step - frozen + 1) / 100) * (1 - share) if step >= frozen else 0.0
        for group in optimizer.param_groups:
            group['lr'] = 1e-3 * (1 - 0.8 * share) if group['router'] else rate
        source, inputs, outputs, language = tensors(batch)
        selected = outputs != PAD
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=not args.float32):
            with torch.no_grad():
                encoded, mask = net.encode(source)
                memory = net.mem(encoded)
                features = net.features(encoded, mask, language)
                plans = net.plans(features)
            teacher = teach(net, inputs, memory, mask, selected)
            learning(decoders, True)
            mode = random.choice(('sentence', 'token')) if args.upper or args.lower else 'sentence'
            first = Budget(random.choice(drawn), None, mode)
            loss, one = few_pass(net, memory, mask, plans, inputs, selected, teacher, outputs, first)
            learning(decoders, False)
            loss = loss + sum(b.loss for b in decoders)
            with torch.no_grad():
                best = worths(net, sentence_sums(net, inputs)).argmax(-1)
            loss = loss + 0.1 * F.cross_entropy(net.gates(features), best)
        loss.backward()
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=not args.float32):
            kind, second = draw_second(step, drawn, drawn_encoder)
            fewer = None
            if second.encoder is not None:
                learning(encoders, True)
                fewer, mask = net.encode(source, second)
                learning(encoders, False)
            loss, two = few_pass(net, memory if fewer is None else net.mem(fewer), mask, plans, inputs, selected,
                                 teacher, outputs, second)
            if fewer is not None:
                apart = (fewer.float() - encoded.float())[source != PAD].square().mean()
                loss = loss + apart + sum(block.loss for block in encoders)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 2.0)
        optimizer.step()
        step += 1
        keep = min(0.997, (1 + step) / (10 + step))
        if step % 5 == 0:
            with torch.no_grad():
                for k, v in net.state_dict().items():
                    if v.dtype.is_floating_point and step > frozen and '.experts.' in k:
                        average[k].lerp_(v, 1 - keep ** 5)
                    else:
                        average[k].copy_(v)
        tokens += int(selected.sum())
        elapsed += time.time() - began
        for name, value in ((first.mode, one), (kind, two)):
            total, count = sums.get(name, (0.0, 0))
            sums[name] = total + value.item(), count + 1
        if step % 50 == 0:
            say(f'step {step} {elapsed / 60:.1f} min  distance ' + '  '.join(
                f'{name} {total / count:.3f}' for name, (total, count) in sorted(sums.items()))
                + f'  {tokens / (time.time() - last):.0f} target tokens/s')
            last, tokens, sums = time.time(), 0, {}
        if time.time() - saved > 300:
            torch.save({'net': net.state_dict(), 'optimizer': optimizer.state_dict(), 'average': average,
                        'elapsed': elapsed, 'step': step}, state_file + '.tmp')
            os.replace(state_file + '.tmp', state_file)
            saved = last = time.time()
        if elapsed - evaluated > 1200 or step == frozen:
            current = {k: v.clone() for k, v in net.state_dict().items()}
            net.load_state_dict(average)
            say(f'step {step} cross-entropy/flips  {cross_entropies(net, held_out)}')
            net.load_state_dict(current)
            evaluated, last, tokens = elapsed, time.time(), 0
    torch.save({'net': net.state_dict(), 'optimizer': optimizer.state_dict(), 'average': average,
                'elapsed': elapsed, 'step': step}, state_file)
    net.load_state_dict(average)
    say(f'final cross-entropy/flips  {cross_entropies(net, held_out)}')


if __name__ == '__main__':
    main()
