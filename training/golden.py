"""Golden outputs of a checkpoint: what PyTorch computes in float32, for GoldenParityTest.

    golden.py --model MODEL --sentencepiece FILE --base ../shared/training --out src/test/resources/golden

MODEL is a folder with config.json and model.safetensors. If it is an expert bundle (experts.safetensors), the
translations with half of the experts are written too, by token and by sentence. Sentences and token ids are those
of the golden.json in OUT, which is overwritten with the new translations.
"""
import argparse, json, os, struct, sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('--model', required=True)
parser.add_argument('--sentencepiece', required=True)
parser.add_argument('--base', required=True, help='folder with model.py and st.py')
parser.add_argument('--out', required=True)
args = parser.parse_args()
sys.path.insert(0, args.base)
import torch
import torch.nn.functional as F
import sentencepiece
import model as base
from st import load as load_safetensors

torch.set_num_threads(1)
pieces = sentencepiece.SentencePieceProcessor(model_file=args.sentencepiece)
base.Cfg.vocab = pieces.get_piece_size() + 3
net = base.NMT()
net.load_state_dict(load_safetensors(os.path.join(args.model, 'model.safetensors')), strict=False)
net.eval()


class Experts(torch.nn.Module):
    """Takes the place of a layer's fc2: with all experts it is fc2, with fewer it runs the layer's experts anew."""

    def __init__(self, layer, tensors, prefix, experts, always, levels):
        super().__init__()
        self.all, self.k, self.plan, self.always, self.levels = layer.fc2, None, None, always, levels
        self.tensors = {k[len(prefix):]: v for k, v in tensors.items() if k.startswith(prefix)}
        self.experts = experts
        own = {'fc1.weight': layer.fc1.weight, 'fc1.bias': layer.fc1.bias,
               'fc2.weight': layer.fc2.weight, 'fc2.bias': layer.fc2.bias}
        self.weights = {k: self.tensors.get('elastic.' + k, v) for k, v in own.items()}
        layer.final_layer_norm.register_forward_hook(lambda module, x, y: setattr(self, 'input', y))

    def linear(self, name, x):
        return F.linear(x, self.tensors[name + '.weight'], self.tensors[name + '.bias'])

    def forward(self, activations):
        if self.k is None or self.k == self.experts:
            return self.all(activations)
        weights = self.weights
        activations = F.relu(F.linear(self.input, weights['fc1.weight'], weights['fc1.bias']))
        if self.plan is None:
            scores = self.linear('router.outer', torch.tanh(self.linear('router.inner', self.input)))
            scores[..., :self.always] = float('inf')
            chosen = torch.zeros_like(scores).scatter_(-1, scores.topk(self.k, -1).indices, 1.0)
            level = min(range(len(self.levels)), key=lambda i: abs(self.levels[i] - self.k))
            mean = self.tensors['skipped_mean'][level]
        elif self.plan == 'static':
            chosen = torch.zeros(self.experts)
            chosen[:self.k] = 1.0
            mean = self.tensors['mean']
        else:
            chosen = torch.zeros(self.experts)
            chosen[self.tensors['plan.order'][self.plan, :self.k].long()] = 1.0
            mean = self.tensors['plan.mean'][self.plan]
        chosen = chosen.repeat_interleave(activations.shape[-1] // self.experts, -1)
        return F.linear(chosen * activations + (1 - chosen) * mean, weights['fc2.weight'], weights['fc2.bias'])


def cut():
    """Encoder and decoder layers of an expert bundle; none if the model is not cut."""
    with open(os.path.join(args.model, 'config.json')) as file:
        config = json.load(file).get('sluice_experts')
    if config is None:
        return [], []
    files = {name: load_safetensors(os.path.join(args.model, name + '.safetensors'))
             for name in ('experts', 'experts-upper') if name == 'experts' or config.get('upper')}
    found = {}
    for half, layers, always, levels in (
            ('encoder', net.model.encoder.layers, 0, config['encoder_levels']),
            ('decoder', net.model.decoder.layers, config['always'], config['levels'])):
        for i, layer in enumerate(layers):
            if config[half] > 1:
                # only half of the experts are asked for
                name = 'experts-upper' if config[half] // 2 > config.get('upper', config[half]) else 'experts'
                layer.fc2 = Experts(layer, files[name], f'{half}.layers.{i}.', config[half], always, levels)
        found[half] = [layer.fc2 for layer in layers if config[half] > 1]
    return found['encoder'], found['decoder']


def plan(encoded, language):
    """One plan for all decoder layers: the sum of the scores of their gates decides."""
    side = net.model.shared(torch.tensor([language])) * net.c.d ** 0.5
    features = torch.cat([encoded.mean(1), encoded.max(1).values, side], -1)
    return sum(layer.linear('plan.gate', features) for layer in decoder_experts)[0].argmax().item()


@torch.no_grad()
def few(sentence, mode):
    """A translation with half of the experts of each layer; the encoder has no plans and runs its first ones."""
    source = torch.tensor([sentence['source_ids']])
    language = sentence['decoder_input_ids'][1]
    for layer in encoder_experts + decoder_experts:
        layer.k = layer.experts // 2
    for layer in encoder_experts:
        layer.plan = 'static' if mode == 'sentence' else None
    chosen = plan(net.encode(source)[0], language) if mode == 'sentence' else None
    for layer in decoder_experts:
        layer.plan = chosen
    said = [t for t in net.greedy(source, language)[0].tolist() if t != base.PAD]
    encoded, mask = net.encode(source)
    inputs = torch.tensor([[base.EOS, language] + said[:-1]])
    log_p = torch.log_softmax(net.logits(net.decode(inputs, net.mem(encoded), mask))[0], -1)
    for layer in encoder_experts + decoder_experts:
        layer.k = layer.plan = None
    found = {'experts': decoder_experts[0].experts // 2, 'encoder_experts': encoder_experts[0].experts // 2}
    if mode == 'sentence':
        found['plan'] = chosen
    found.update(greedy_ids=said, token_log_probabilities=[
        round(log_p[t + 1, token].item(), 6) for t, token in enumerate(said)])
    return found


encoder_experts, decoder_experts = cut()


def write(path, tensors):
    head, offset, blobs = {}, 0, []
    for name, value in tensors.items():
        blob = value.contiguous().numpy().tobytes()
        head[name] = {'dtype': 'F32', 'shape': list(value.shape), 'data_offsets': [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(head, separators=(',', ':')).encode()
    text += b' ' * ((8 - len(text) % 8) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(blobs))


@torch.no_grad()
def golden(number, sentence, tensors):
    source = torch.tensor([sentence['source_ids']])
    language = sentence['decoder_input_ids'][1]
    encoded, mask = net.encode(source)
    memory = net.mem(encoded)
    said = [t for t in net.greedy(source, language)[0].tolist() if t != base.PAD]
    inputs = torch.tensor([[base.EOS, language] + [t for t in said if t != base.EOS]])
    causal = torch.full((inputs.shape[1],) * 2, -1e9).triu(1)
    h = net.emb(inputs)
    for i, layer in enumerate(net.model.decoder.layers):
        seen = []
        hooks = [layer.final_layer_norm.register_forward_hook(lambda m, x, y: seen.append(y)),
                 layer.fc1.register_forward_hook(lambda m, x, y: seen.append(F.relu(y)))]
        h = layer(h, causal, memory[i][0], memory[i][1], mask)
        for hook in hooks:
            hook.remove()
        tensors[f'{number}.decoder.{i}.ffn_in'] = seen[0][0].clone()
        tensors[f'{number}.decoder.{i}.ffn_act'] = seen[1][0].clone()
        tensors[f'{number}.decoder.{i}.out'] = h[0].clone()
    out = net.model.decoder.layer_norm(h)
    logits = net.logits(out)[0]
    tensors[f'{number}.encoder.out'] = encoded[0].clone()
    tensors[f'{number}.decoder.out'] = out[0].clone()
    tensors[f'{number}.logits'] = logits.clone()
    following = inputs[0, 1:].tolist() + [base.EOS]
    log_p = torch.log_softmax(logits, -1)
    sentence.update(
        decoder_input_ids=inputs[0].tolist(), greedy_ids=said,
        translation=pieces.decode([t - 1 for t in said if 4 <= t <= pieces.get_piece_size()]),
        token_log_probabilities=[round(log_p[t, following[t]].item(), 6) for t in range(1, len(following))])


path = os.path.join(args.out, 'golden.json')
with open(path, encoding='utf8') as file:
    sentences = json.load(file)
tensors = {}
for number, sentence in enumerate(sentences):
    golden(number, sentence, tensors)
    sentence.pop('few', None)
    if encoder_experts and decoder_experts:
        sentence['few'] = {mode: few(sentence, mode) for mode in ('token', 'sentence')}
    print(sentence['source'], '->', sentence['translation'])
write(os.path.join(args.out, 'golden.safetensors'), tensors)
with open(path, 'w', encoding='utf8') as file:
    json.dump(sentences, file, ensure_ascii=False, indent=1)
