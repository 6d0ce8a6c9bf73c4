"""TorchScript of a checkpoint, for `model bench --peers --torchscript OUT`: an encoder, and a decoder step with past.

    torchscript.py --model src/main/resources/model/en-de --base ../shared/training --out OUT

Inputs and outputs are those of the ONNX graphs of ../shared/peers. Both modules are frozen; the sinusoidal positions
are constants in them.
"""
import argparse, os, sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('--model', required=True, help='folder with model.safetensors')
parser.add_argument('--base', required=True, help='folder with model.py and st.py')
parser.add_argument('--out', required=True)
args = parser.parse_args()
sys.path.insert(0, args.base)
import torch
import torch.nn.functional as F
import model as base
from st import load as load_safetensors

torch.set_num_threads(1)
weights = load_safetensors(os.path.join(args.model, 'model.safetensors'))
base.Cfg.vocab = weights['model.shared.weight'].shape[0]
net = base.NMT()
missing = net.load_state_dict(weights, strict=False).missing_keys
if missing:
    sys.exit(f'{args.model} has no {missing[0]}, …: not a checkpoint of this shape')
net.eval()
layers = net.model.decoder.layers


class Encoder(torch.nn.Module):
    """ids (B, S) -> mask (B, 1, 1, S); keys and values of cross-attention, (B, H, S, D/H) for each decoder layer."""

    def __init__(self):
        super().__init__()
        self.net = net

    def forward(self, ids):
        mask = (ids == base.PAD)[:, None, None, :].float() * -1e9
        x = self.net.model.shared(ids) * self.net.c.d ** 0.5 + self.net.pos[2:2 + ids.shape[1]]
        for layer in self.net.model.encoder.layers:
            x = layer(x, mask)
        memory = self.net.model.encoder.layer_norm(x)
        outputs = [mask]
        for layer in self.net.model.decoder.layers:
            outputs += list(layer.encoder_attn.kv(memory))
        return tuple(outputs)


class Step(torch.nn.Module):
    """ids (B, 1), position (1), mask, cross keys and values, past keys and values -> logits (B, V), present ones."""

    def __init__(self):
        super().__init__()
        self.net = net

    def forward(self, ids, position, mask, *kept):
        cross, past = kept[:2 * len(layers)], kept[2 * len(layers):]
        x = self.net.model.shared(ids) * self.net.c.d ** 0.5 + self.net.pos[position + 2]
        present = []
        for i, layer in enumerate(self.net.model.decoder.layers):
            h = layer.self_attn_layer_norm(x)
            k, v = layer.self_attn.kv(h)
            k, v = torch.cat([past[2 * i], k], 2), torch.cat([past[2 * i + 1], v], 2)
            present += [k, v]
            x = x + layer.self_attn(h, k, v, None)
            h = layer.encoder_attn_layer_norm(x)
            x = x + layer.encoder_attn(h, cross[2 * i], cross[2 * i + 1], mask)
            h = layer.final_layer_norm(x)
            x = x + layer.fc2(F.relu(layer.fc1(h)))
        return (self.net.logits(self.net.model.decoder.layer_norm(x)[:, -1]), *present)


os.makedirs(args.out, exist_ok=True)
with torch.no_grad():
    source = torch.randint(4, 8000, (2, 7))
    encoded = Encoder()(source)
    past = [torch.randn(2, base.Cfg.heads, 3, base.Cfg.d // base.Cfg.heads) for _ in range(2 * len(layers))]
    step = (torch.tensor([[2], [2]]), torch.tensor([3]), *encoded, *past)
    for name, module, example in (('encoder', Encoder(), (source,)), ('decoder_step', Step(), step)):
        traced = torch.jit.freeze(torch.jit.trace(module.eval(), example))
        traced.save(os.path.join(args.out, name + '.pt'))
