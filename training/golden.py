"""Golden outputs of a checkpoint: what PyTorch computes in float32, for GoldenParityTest.

    golden.py --model MODEL --base ../shared/training --out src/test/resources/golden

MODEL is a folder with model.safetensors; sentences and token ids are those of the golden.json in OUT, which is
overwritten with the new translations.
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
    print(sentence['source'], '->', sentence['translation'])
write(os.path.join(args.out, 'golden.safetensors'), tensors)
with open(path, 'w', encoding='utf8') as file:
    json.dump(sentences, file, ensure_ascii=False, indent=1)
