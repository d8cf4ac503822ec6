// The one way to the server: requests that carry the page's token.

const token = document.querySelector('meta[name="page-token"]').content;
const told = document.getElementById("told");
let hiding = 0;

export async function ask(path, body) {
  const headers = { "X-Page-Token": token, "Content-Type": "application/json" };
  const how = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  const answer = await fetch(path, how);
  if (answer.status === 403) location.reload(); // Another start has another token.
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// A sentence for the person, for some seconds.
export function tell(words) {
  told.textContent = words;
  told.hidden = !words;
  clearTimeout(hiding);
  hiding = setTimeout(() => (told.hidden = true), 6000);
}

// Carries an act out, and tells what came of it, if that is a sentence.
export async function act(kind, about) {
  try {
    const answer = await ask("/act", { kind, ...about });
    if (answer.told) tell(answer.told);
    return answer;
  } catch {
    tell("The demonstration does not answer. Is it still running?");
    return {};
  }
}
