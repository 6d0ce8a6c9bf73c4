"""Elastic finetuning: teaches a dense checkpoint to work with few of its experts.

Every step runs the network three times (sandwich training, Yu & Huang 2019): with all experts, with the
fewest, and with a random number. The full pass learns from the references; the others learn to say what the
full pass says (distillation without gradient through the teacher) and, a little, from the references. Experts
are chosen as in serving: by a router for each token, or by one of a few plans for each sentence. The choice
itself has no gradient; the routers learn beside it to predict what each expert would contribute.

The checkpoint's neurons must already lie expert by expert (`./sluice model moefy` writes them so): expert e of a
layer is the block of F/N neurons from e*F/N. That partition is kept.

    elastic.py --model MODEL --data ../shared/data --base ../shared/training --out OUT.safetensors --minutes 150

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
parser.add_argument('--minutes', type=float, default=150, help='length of the schedule, over all runs together')
parser.add_argument('--rate', type=float, default=4e-4, help='peak learning rate')
parser.add_argument('--experts', type=int, default=32)
parser.add_argument('--encoder-experts', type=int, default=32)
parser.add_argument('--plans', type=int, default=8)
parser.add_argument('--tokens', type=int, default=5000, help='padded tokens in a batch')
parser.add_argument('--train', default='feed-forward', choices=['feed-forward', 'all'])
parser.add_argument('--group', type=float, default=0.0, help='weight of the group-Hoyer penalty on expert mass')
parser.add_argument('--float32', action='store_true', help='no bf16 autocast (CPU without avx512_bf16)')
parser.add_argument('--teacher', help='folder with the model.safetensors that all passes learn from; default: the full pass')
parser.add_argument('--restart', type=float, metavar='SHARE',
                    help='begin the schedule anew from the saved state, with this share of it and the rest of --model')
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
LEVELS = [args.experts * i // 32 for i in (4, 8, 12, 16, 20, 24)]
ENCODER_LEVELS = [args.encoder_experts // 4, args.encoder_experts // 2]


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
    """Router, plans and means of one feed-forward layer; the weights stay in the layer's fc1 and fc2."""

    def __init__(self, width, hidden, experts, levels, plans):
        super().__init__()
        self.experts, self.size, self.levels = experts, hidden // experts, levels
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
        self.loss = self.gate_loss = self.penalty = 0.0
        self.learn = False

    def scores(self, x):
        return self.outer(torch.tanh(self.inner(x)))

    def contributions(self, a, fc2):
        """Norm of each expert's output, its mean taken away: (..., experts)."""
        blocks = fc2.weight.float().view(-1, self.experts, self.size).permute(1, 0, 2)  # N, D, s
        gram = blocks.transpose(1, 2) @ blocks  # N, s, s
        d = (a.float() - self.average).reshape(-1, self.experts, self.size).transpose(0, 1)  # N, T, s
        return ((d @ gram) * d).sum(-1).clamp_min(1e-12).sqrt().t()  # T, N

    def level(self, k):
        return min(range(len(self.levels)), key=lambda i: abs(self.levels[i] - k))

    def forward(self, h, fc1, fc2, k, plan, valid):
        """h (B, T, D); k: number or None; plan: None (token) or (B) plan of each row; valid (B, T)."""
        a = F.relu(fc1(h))
        if self.learn:
            with torch.no_grad():
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
                target = self.contributions(flat, fc2)
                self.scale.lerp_(target.mean(), 0.05 if self.scale != 1 else 1.0)
                target = (target / self.scale)
            score = self.scores(h[valid].detach()).float()
            self.loss = F.smooth_l1_loss(score, target.sqrt()) + 0.1 * F.cross_entropy(
                2 * score, F.normalize(target.square(), p=1, dim=-1))
            self.contribution = target
        if k is None or k >= self.experts:
            return fc2(a)
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
        return fc2(mask * a + (1 - mask) * slot.to(a.dtype))


class EncoderLayer(base.EL):
    def forward(self, x, mask, budget, valid):
        h = self.self_attn_layer_norm(x)
        k, v = self.self_attn.kv(h)
        x = x + self.self_attn(h, k, v, mask)
        return x + self.experts(self.final_layer_norm(x), self.fc1, self.fc2, budget.encoder, None, valid)


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

    def plans(self, features):
        return [layer.experts.gate(features).argmax(-1) for layer in self.model.decoder.layers]

    def decode(self, target, memory, mask, offset=0, cache=None, budget=FULL, plans=None):
        length = target.shape[1]
        causal = None if cache is not None and length == 1 else torch.full((length, length), -1e9).triu(1)
        x = self.emb(target, offset)
        valid = target != PAD
        for i, layer in enumerate(self.model.decoder.layers):
            plan = plans[i] if plans is not None and budget.mode == 'sentence' else None
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


def examples(pairs):
    """One pass: each pair in both directions, freshly augmented, as the base checkpoint was trained."""
    order = list(range(len(pairs))) * 2 + [-1] * (2 * TEMPLATES)
    random.shuffle(order)
    seen = set()
    for j in order:
        if j < 0:
            (english, german), forward = templates.pair(random_token), random.random() < 0.5
        else:
            english, german = pairs[j]
            forward = j not in seen
            seen.add(j)
        english, german = augment(english, german, lambda: pairs[random.randrange(len(pairs))])
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
@torch.no_grad()
def teach(teacher, source, inputs, selected):
    """Log-probabilities of a dense model without experts, which is not trained."""
    encoded, mask = base.NMT.encode(teacher, source)
    h = base.NMT.decode(teacher, inputs, teacher.mem(encoded), mask)
    return F.log_softmax(teacher.logits(h[selected]).float(), -1)


def full_pass(net, source, inputs, outputs, language, teacher):
    """All experts: cross-entropy, router and gate losses; returns the teacher's log-probabilities as well."""
    for block in net.blocks():
        block.learn = True
    encoded, mask = net.encode(source)
    features = net.features(encoded, mask, language).detach()
    with torch.no_grad():
        plans = net.plans(features)
    h = net.decode(inputs, net.mem(encoded), mask, budget=Budget(mode='sentence'), plans=plans)
    for block in net.blocks():
        block.learn = False
    selected = outputs != PAD
    logits = net.logits(h[selected]).float()
    if teacher is None:
        loss = F.cross_entropy(logits, outputs[selected], label_smoothing=0.1)
        taught = F.log_softmax(logits.detach(), -1)
    else:
        taught = teach(teacher, source, inputs, selected)
        distance = F.kl_div(F.log_softmax(logits, -1), taught, log_target=True, reduction='batchmean')
        loss = 4 * distance + 0.3 * F.cross_entropy(logits, outputs[selected])
    rows = (inputs != PAD).nonzero()[:, 0]
    loss = loss + sum(b.loss for b in net.blocks())
    for layer in net.model.decoder.layers:
        loss = loss + 0.1 * gate_loss(layer.experts, features, rows, len(source))
    return taught, selected, loss, (encoded, mask, plans)


def gate_loss(block, features, rows, count):
    """The best plan of a sentence is the one whose first quarter and half hold most of its contribution."""
    with torch.no_grad():
        sums = torch.zeros(count, block.experts).index_add_(0, rows, block.contribution.square())
        block.sentence = sums
        n = block.experts
        worth = sum(sums @ (block.order < n * f // 8).float().t() for f in (1, 2, 4))
        best = worth.argmax(-1)
    return F.cross_entropy(block.gate(features).float(), best)


def few_pass(net, memory, mask, plans, inputs, selected, teacher, outputs, budget):
    h = net.decode(inputs, memory, mask, budget=budget, plans=plans)
    log_p = F.log_softmax(net.logits(h[selected]).float(), -1)
    distance = F.kl_div(log_p, teacher, log_target=True, reduction='batchmean')
    return distance + 0.2 * F.nll_loss(log_p, outputs[selected]), distance


def set_plans(net, pairs):
    """Plans: clusters of sentences by what their experts contribute; each is an order of the experts."""
    net.eval()
    sums = [[] for _ in net.model.decoder.layers]
    source_batches = []
    for batch in batches(pairs):
        source_batches.append(batch)
        if sum(map(len, source_batches)) > 4000:
            break
    for block in net.blocks():
        block.learn = True
    with torch.no_grad(), torch.autocast('cpu', dtype=torch.bfloat16, enabled=not args.float32):
        for _ in range(2):  # the first round finds the means
            for one in sums:
                one.clear()
            for batch in source_batches:
                source, inputs, outputs, language = tensors(batch)
                encoded, mask = net.encode(source)
                net.decode(inputs, net.mem(encoded), mask)
                rows = (inputs != PAD).nonzero()[:, 0]
                for i, layer in enumerate(net.model.decoder.layers):
                    c = layer.experts.contribution.square()
                    total = torch.zeros(len(batch), args.experts).index_add_(0, rows, c)
                    sums[i].append(F.normalize(total, p=1, dim=-1))
    for block in net.blocks():
        block.learn = False
    for i, layer in enumerate(net.model.decoder.layers):
        x = torch.cat(sums[i])
        generator = torch.Generator().manual_seed(11 + i)
        centres = x[torch.randperm(len(x), generator=generator)[:args.plans]].clone()
        for _ in range(50):
            nearest = torch.cdist(x.sqrt(), centres.sqrt()).argmin(-1)
            for p in range(args.plans):
                if (nearest == p).any():
                    centres[p] = x[nearest == p].mean(0)
        layer.experts.order.copy_(centres.argsort(-1, descending=True).argsort(-1))
        half = args.experts // 2
        mass = (x.unsqueeze(1) * (layer.experts.order < half)).sum(-1).max(-1).values.mean()
        print(f'decoder layer {i}: best plan holds {mass:.3f} of a sentence\'s contribution at N/2', flush=True)


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
    """An expert bundle with the routers, plans and means of the training; `model moefy --keep-partition
    --keep-plans` fits better ones to it."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(args.model):
        if name.endswith('.json') or name in ('sentencepiece.model', 'README.md'):
            shutil.copy(os.path.join(args.model, name), folder)
    with open(os.path.join(folder, 'config.json')) as file:
        config = json.load(file)
    config['sluice_experts'] = {
        'decoder': args.experts, 'encoder': args.encoder_experts, 'always': 0, 'levels': LEVELS,
        'encoder_levels': ENCODER_LEVELS, 'gate_width': 64, 'plans': args.plans}
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
    write_safetensors(os.path.join(folder, 'experts.safetensors'), tensors)


# ------------------------------------------------------------------------------------------- evaluation
SETTINGS = [('all', FULL)] + [(f'{m} {k}', Budget(k, None, m)) for m in ('token', 'sentence') for k in
                              (args.experts // 2, args.experts // 4, args.experts // 8)] + [
    (f'encoder {k}', Budget(None, k)) for k in (args.encoder_experts // 2, args.encoder_experts // 4)]


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
def main():
    pairs = []
    for name in TRAIN:
        pairs += list(zip(lines(name + '.en'), lines(name + '.de')))
    held_out = validation(250)
    net = Elastic()
    net.load_state_dict(load_safetensors(os.path.join(args.model, 'model.safetensors')), strict=False)
    trained = [p for n, p in net.named_parameters()
               if args.train == 'all' or '.fc' in n or '.experts.' in n or 'final_layer_norm' in n]
    for p in net.parameters():
        p.requires_grad_(False)
    for p in trained:
        p.requires_grad_(True)
    experts_only = [p for n, p in net.named_parameters() if '.experts.' in n]
    weights = [p for p in trained if not any(p is q for q in experts_only)]
    optimizer = torch.optim.Adam([{'params': weights, 'router': False}, {'params': experts_only, 'router': True}],
                                 1e-3, betas=(0.9, 0.98))
    elapsed, step = 0.0, 0
    state_file = args.out + '.state'
    average = None
    if os.path.exists(state_file):
        state = torch.load(state_file)
        net.load_state_dict(state['net'])
        optimizer.load_state_dict(state['optimizer'])
        average, elapsed, step = state['average'], state['elapsed'], state['step']
        if args.restart is not None:
            dense = load_safetensors(os.path.join(args.model, 'model.safetensors'))
            mixed = {k: torch.lerp(dense[k].float(), v, args.restart) if k in dense else v
                     for k, v in average.items()}
            net.load_state_dict(mixed)
            average, elapsed = {k: v.clone() for k, v in net.state_dict().items()}, 0.0
        random.seed(1000 + step)
        torch.manual_seed(1000 + step)
        print(f'continues at step {step}, {elapsed / 60:.0f} min', flush=True)
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
            budget = FULL if mode == 'all' else Budget(None, int(k)) if mode == 'encoder' else Budget(
                int(k), None, mode)
            print(one, ['%.2f' % b for b in score(net, budget)], flush=True)
        return
    teacher_net = None
    if args.teacher:
        teacher_net = base.NMT()
        teacher_net.load_state_dict(
            load_safetensors(os.path.join(args.teacher, 'model.safetensors')), strict=False)
        teacher_net.eval()
    net.train()
    frozen = 150  # steps in which only routers, gates and means learn
    last, saved, sums, tokens = time.time(), time.time(), [0.0] * 4, 0
    evaluated = 0.0
    log = open(args.out + '.log', 'a')

    def say(text):
        print(text, flush=True)
        print(text, file=log, flush=True)

    for batch in batches(pairs):
        began = time.time()
        share = elapsed / (args.minutes * 60)
        if share >= 1:
            break
        rate = args.rate * min(1.0, max(0, step - frozen + 1) / 300) * (1 - share) if step >= frozen else 0.0
        for group in optimizer.param_groups:
            group['lr'] = 1e-3 * (1 - 0.8 * share) if group['router'] else rate
        source, inputs, outputs, language = tensors(batch)
        optimizer.zero_grad(set_to_none=True)
        mode = random.choice(('token', 'sentence'))
        few, some = LEVELS[0], random.choice(LEVELS[1:])
        encoder = random.choice([None, None, *ENCODER_LEVELS])
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=not args.float32):
            teacher, selected, loss, (encoded, mask, plans) = full_pass(
                net, source, inputs, outputs, language, teacher_net)
        full = loss.item()
        if encoder is not None:  # otherwise the passes share the encoder's
            loss.backward()
            loss = 0.0
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=not args.float32):
            if encoder is not None:
                encoded, mask = net.encode(source, Budget(encoder=encoder))
                with torch.no_grad():
                    plans = net.plans(net.features(encoded, mask, language))
            memory = net.mem(encoded)
            # in turn: the fewest in one mode, some in the other
            a, da = few_pass(net, memory, mask, plans, inputs, selected, teacher, outputs,
                             Budget(random.choice((few, LEVELS[1])), None, mode))
            b, db = few_pass(net, memory, mask, plans, inputs, selected, teacher, outputs,
                             Budget(some, None, 'sentence' if mode == 'token' else 'token'))
        (loss + a + b).backward()
        torch.nn.utils.clip_grad_norm_(trained, 2.0)
        optimizer.step()
        step += 1
        keep = min(0.997, (1 + step) / (10 + step))
        if step % 5 == 0:
            with torch.no_grad():
                for k, v in net.state_dict().items():
                    if v.dtype.is_floating_point and step > frozen:
                        average[k].lerp_(v, 1 - keep ** 5)
                    else:
                        average[k].copy_(v)
        tokens += int(selected.sum())
        elapsed += time.time() - began
        for i, v in enumerate((full, da.item(), db.item())):
            sums[i] += v
        if step % 50 == 0:
            say(f'step {step} {elapsed / 60:.1f} min  full {sums[0] / 50:.3f}  few {sums[1] / 50:.3f}  '
                f'some {sums[2] / 50:.3f}  {tokens / (time.time() - last):.0f} target tokens/s')
            last, tokens, sums = time.time(), 0, [0.0] * 4
        if time.time() - saved > 300:
            torch.save({'net': net.state_dict(), 'optimizer': optimizer.state_dict(), 'average': average,
                        'elapsed': elapsed, 'step': step}, state_file + '.tmp')
            os.replace(state_file + '.tmp', state_file)
            save(args.out, average)
            saved = last = time.time()
        if elapsed - evaluated > 1800 or step == frozen:
            current = {k: v.clone() for k, v in net.state_dict().items()}
            net.load_state_dict(average)
            say(f'step {step} cross-entropy/flips  {cross_entropies(net, held_out)}')
            net.load_state_dict(current)
            evaluated, last, tokens = elapsed, time.time(), 0
    torch.save({'net': net.state_dict(), 'optimizer': optimizer.state_dict(), 'average': average,
                'elapsed': elapsed, 'step': step}, state_file)
    save(args.out, average)
    net.load_state_dict(average)
    say(f'final cross-entropy/flips  {cross_entropies(net, held_out)}')
    for name, budget in SETTINGS:
        say(f'{name}: BLEU Multi30k, Tatoeba, software ' + ' '.join('%.2f' % b for b in score(net, budget)))


if __name__ == '__main__':
    main()
